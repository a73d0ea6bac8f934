"""Papers of money: what they say, in which words, and how they are printed."""

from typing import IO

from app.finance.operations.statements import Statement
from app.finance.papers.sheet import MoneyPaper, PaperLine

__all__ = ["MoneyPaper", "PaperLine", "write_pdf", "write_statement"]


def write_pdf(paper: MoneyPaper, file: IO[bytes]) -> None:
    """Print it to an open file, which stays open; this blocks and knows no session."""
    from app.finance.papers.printing import write_paper  # noqa: PLC0415  # megabytes of code, seldom used

    write_paper(paper, file)


def write_statement(found: Statement, file: IO[bytes]) -> None:
    """Print a statement to an open file, which stays open; this blocks and knows no session."""
    from app.finance.papers.statement import write_statement as write  # noqa: PLC0415  # as above

    write(found, file)
