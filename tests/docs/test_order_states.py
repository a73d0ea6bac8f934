"""The paper on the order's states says what is enforced."""

from app.orders.rules.states import OrderState
from app.orders.rules.transitions import BY_COMMAND
from launch.papers import ORDER_STATES, edges, order_states


def test_the_paper_is_the_one_that_the_table_makes():
    written = ORDER_STATES.read_text("utf-8")

    assert written == order_states(), "The states have changed. Run `make papers`."


def test_every_arrow_stands_in_the_table():
    strange = [
        edge
        for edge in edges()
        if edge.source not in BY_COMMAND[edge.command].sources
        or edge.target not in BY_COMMAND[edge.command].targets
    ]

    assert strange == []


def test_every_state_is_drawn():
    drawn = {state for edge in edges() for state in edge[:2]}

    assert drawn == set(OrderState) - {OrderState.SUBMITTED}
