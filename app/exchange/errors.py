"""Why a table is not taken."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class ImportNotChecked(Refused):
    """The import has not been checked to its end, or could not be read."""

    code: ClassVar = "IMPORT_NOT_CHECKED"
    text: ClassVar = "The import is {state}: only one that is CHECKED can be applied."
    field_path: ClassVar = "importId"
    state: str


@dataclass(eq=False)
class ImportHasBadRows(Refused):
    """Some rows are bad, and nobody has said that the good ones are to go alone."""

    code: ClassVar = "IMPORT_HAS_BAD_ROWS"
    text: ClassVar = "{bad} rows are bad: mend the file, or say goodRowsOnly to leave them out."
    field_path: ClassVar = "goodRowsOnly"
    bad: int


@dataclass(eq=False)
class ImporterGone(Refused):
    """Whoever began the import has lost the right to it, or does not work here any more."""

    code: ClassVar = "IMPORTER_GONE"
    text: ClassVar = "Whoever began this may not do it any more: begin it again."


@dataclass(eq=False)
class RowTwice(Refused):
    """An earlier row of the file is about the same thing."""

    code: ClassVar = "ROW_TWICE"
    text: ClassVar = "{given} stands in row {row} already: keep one of the two."
    given: str
    row: int


@dataclass(eq=False)
class CellIsFormula(Refused):
    """The cell holds a formula, and what it comes to is not known here."""

    code: ClassVar = "CELL_IS_FORMULA"
    text: ClassVar = "{given} is a formula: paste its value instead."
    given: str


@dataclass(eq=False)
class CannotChange(Refused):
    """The row differs from what is there in something that no import changes."""

    code: ClassVar = "CANNOT_CHANGE"
    text: ClassVar = "{what} is {present}, which no import changes: put {present} or nothing."
    what: str
    present: str


@dataclass(eq=False)
class OrderIncomplete(Refused):
    """Another row of the order is bad, and no order comes without some of its lines."""

    code: ClassVar = "ORDER_INCOMPLETE"
    text: ClassVar = "Row {row} of order {reference} is bad, and orders come whole: mend that row."
    reference: str
    row: int
