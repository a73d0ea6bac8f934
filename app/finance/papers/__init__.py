"""Invoices and credit notes on paper: what they say, in which words, and how they are printed."""

from typing import IO

from app.finance.papers.sheet import MoneyPaper, PaperLine

__all__ = ["MoneyPaper", "PaperLine", "write_pdf"]


def write_pdf(paper: MoneyPaper, file: IO[bytes]) -> None:
    """Print it to an open file, which stays open; this blocks and knows no session."""
    from app.finance.papers.printing import write_paper  # noqa: PLC0415  # megabytes of code, seldom used

    write_paper(paper, file)
