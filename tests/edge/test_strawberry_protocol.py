"""What our WebSockets lean on in strawberry: an upgrade of it breaks here first."""

import inspect

import pytest
from strawberry.asgi import GraphQL
from strawberry.schema import Schema
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)

from app.edge.protocol import LiveView, Protocol
from app.schema.root import TributarySchema
from app.schema.view import GraphQLView


@pytest.mark.parametrize(
    ("ours", "theirs", "names"),
    [
        (
            Protocol,
            BaseGraphQLTransportWSHandler,
            {"handle_message", "handle_subscribe", "handle_task_exception"},
        ),
        (
            LiveView,
            GraphQL,
            {"decode_json", "graphql_transport_ws_handler_class", "on_ws_connect"},
        ),
        (
            GraphQLView,
            GraphQL,
            {
                "encode_json",
                "get_context",
                "process_result",
                "websocket_adapter_class",
            },
        ),
        (TributarySchema, Schema, {"process_errors", "stream"}),
    ],
)
def test_we_change_exactly_these_of_strawberrys_methods(ours, theirs, names):
    replaced = {name for name in vars(ours) if hasattr(theirs, name) and name[0] != "_"}

    assert replaced == names


def test_strawberry_takes_an_operation_from_where_we_leave_it():
    subscribing = inspect.getsource(BaseGraphQLTransportWSHandler.handle_subscribe)
    running = inspect.getsource(BaseGraphQLTransportWSHandler.run_operation)

    for name in ("query", "variables", "operationName"):
        assert f'"{name}"' in subscribing
    assert "self.schema.stream(" in running
    for name in ("operations", "connection_acknowledged", "max_subscriptions_per_connection"):
        assert f"self.{name}" in inspect.getsource(BaseGraphQLTransportWSHandler)


def test_strawberry_asks_the_schema_to_stream_with_these_words():
    taken = list(inspect.signature(Schema.stream).parameters)

    assert taken[1:4] == ["query", "variable_values", "context_value"]
    assert "operation_name" in taken
