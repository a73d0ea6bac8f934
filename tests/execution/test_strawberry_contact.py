"""What the executor leans on in its libraries: an upgrade breaks here first."""

from uuid import UUID

import strawberry
from graphql import GraphQLObjectType
from graphql.execution.executor import Executor
from strawberry import relay

from app.execution.columns import attributes
from app.execution.strawberry_contact import Attribute, Batch, Call, GlobalId, StrawberryContact
from app.schema.root import build_schema
from tests.execution.small_schema import SCHEMA, Seen, page, run

CONTACT = StrawberryContact(SCHEMA)
TYPES = CONTACT.graphql.type_map


def source(kind: str, name: str) -> object:
    return CONTACT.source_of(TYPES[kind], name, TYPES[kind].fields[name])


def test_a_field_without_resolver_is_an_attribute():
    found = source("Page", "number")

    assert isinstance(found, Attribute)
    assert found.read(page(7)) == 7


def test_a_batch_resolver_is_found_beside_its_field():
    found = source("Page", "notes")

    assert isinstance(found, Batch)
    assert found.load.__name__ == "notes"


def test_methods_permissions_and_handled_fields_keep_strawberrys_resolver():
    for kind, name in (("Page", "length"), ("Page", "denied"), ("Query", "turn")):
        found = source(kind, name)

        assert isinstance(found, Call)
        assert found.resolve is TYPES[kind].fields[name].resolve


def test_a_handler_makes_even_a_plain_field_strawberrys():
    declared = TYPES["Query"].fields["turn"].extensions["strawberry-definition"]

    assert CONTACT.is_handled(declared)
    assert not CONTACT.is_handled(
        TYPES["Page"].fields["number"].extensions["strawberry-definition"]
    )


def test_a_nodes_id_is_made_as_strawberry_makes_it():
    found = source("Page", "id")

    assert isinstance(found, GlobalId)
    assert found.of_all([page(5)]) == [str(relay.GlobalID("Page", str(UUID(int=5))))]
    assert found.of_all([page(5), object()]) is None
    assert found.of_all([page(5, id=None)]) is None


def test_a_node_that_makes_its_id_by_itself_is_left_to_strawberry():
    @strawberry.type
    class Own(relay.Node):
        key: relay.NodeID[int]

        @classmethod
        def resolve_id(cls, root, *, info):
            return f"own {root.key} {info.field_name}"

    @strawberry.type
    class Query:
        own: Own

    contact = StrawberryContact(strawberry.Schema(Query))
    kind = contact.graphql.type_map["Own"]

    assert isinstance(contact.source_of(kind, "id", kind.fields["id"]), Call)


def test_the_classes_of_types_are_known_but_for_generic_ones():
    assert CONTACT.origin_of(TYPES["Page"]) is type(page(1))
    assert CONTACT.origin_of(TYPES["PageConnection"]) is None
    assert CONTACT.resolves_by_class(TYPES["Turned"])


def test_members_of_an_enum_are_named():
    assert {m.value: n for m, n in CONTACT.members_of(TYPES["Colour"]).items()} == {
        "r": "RED",
        "b": "BLUE",
    }


def test_infos_come_from_strawberrys_executor():
    assert issubclass(CONTACT.executor_class, Executor)


async def test_arguments_are_converted_by_strawberry():
    _, seen = await run('{ turn(wish: {amount: "2", days: [1]}) { __typename } }')

    (wish,) = seen.calls
    assert (str(wish.amount), wish.days, wish.page_id) == ("2", [1], None)
    assert isinstance(seen, Seen)


def test_reading_attributes_goes_on_after_an_exception_and_reads_none_twice():
    read = []

    def reading(number):
        read.append(number)
        if number == 2:
            raise LookupError(number)
        return number * 10

    column = attributes(reading, [1, 2, 3])

    assert read == [1, 2, 3]
    assert (column[0], column[2]) == (10, 30)
    assert isinstance(column[1], LookupError)


def test_few_fields_below_the_root_are_resolved_object_by_object():
    contact = StrawberryContact(build_schema())
    roots = {contact.graphql.query_type, contact.graphql.mutation_type}
    roots.add(contact.graphql.subscription_type)

    called = [
        f"{kind.name}.{name}"
        for kind in contact.graphql.type_map.values()
        if isinstance(kind, GraphQLObjectType) and kind not in roots and kind.name[:2] != "__"
        for name, definition in kind.fields.items()
        if isinstance(contact.source_of(kind, name, definition), Call)
    ]

    assert sorted(called) == [
        "BuyerStanding.pointsEntries",
        "DiscountAuthority.membershipId",
        "DiscountAuthority.roleId",
        "MarkedNotifications.unreadCount",
        "NotificationConnection.unreadCount",
        "RegistrationLink.token",
    ]
