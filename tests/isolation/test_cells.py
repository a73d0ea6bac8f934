"""Nothing of the schema is without a cell, and the page tells how many there are."""

from pathlib import Path

from tests.isolation.cases import CASES, NODES
from tests.isolation.matrix.askers import RELATIONS, ROLES
from tests.isolation.matrix.cells import (
    NOT_ASKED,
    ONLY_OF_COMMANDS,
    all_fields,
    asked_fields,
    cells,
)
from tests.isolation.matrix.doors import doors, not_tried, tried
from tests.support.documents import node_types, root_fields

PAGE = Path(__file__).parents[2] / "docs" / "isolation.md"
ROOM = 0.8
"""The page says a round number, below what there is and not far below."""


def test_every_root_field_has_a_case():
    assert set(CASES) == set(root_fields()), (
        "declare it in CASES of a file in tests/isolation/cases"
    )


def test_at_every_place_for_an_id_a_case_gives_the_victims():
    missing = doors() - tried()

    assert missing == not_tried(), "add a case to MORE, or say why not in matrix/doors.py"


def test_every_node_type_has_a_thing():
    assert set(NODES) == set(node_types()), "name things of it in NODES in tests/isolation/cases"


def test_every_field_of_every_type_is_asked_for():
    missing = {
        name
        for name in all_fields() - asked_fields() - set(NOT_ASKED)
        if name.partition(".")[0] not in ONLY_OF_COMMANDS
    }

    assert missing == set(), "make a case reach it, or say why not in matrix/cells.py"


def test_the_page_names_every_place_and_role_and_the_number_of_cells():
    page = PAGE.read_text("utf-8")
    (told,) = [line for line in page.splitlines() if line.startswith("Cells: more than ")]
    number = int(told.removeprefix("Cells: more than ").split()[0].replace(",", ""))

    assert [name for name in (*RELATIONS, *ROLES, *cells()) if name not in page] == []
    assert ROOM * sum(cells().values()) < number < sum(cells().values())
