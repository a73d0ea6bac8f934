"""An invoice or a credit note as a PDF in the buyer's language."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import IO, Any

from app.finance.papers.sheet import MoneyPaper, PaperLine
from app.finance.papers.words import WORDS, Words
from app.finance.rules import by_rate
from app.kernel.money import round_money
from app.printing.paper import LEADING, Paper, PaperColumn, Points

_VALUES = 85
_TITLE = 14
_SUMS_AT = 400
_AMOUNTS_END = 517


def write_paper(paper: MoneyPaper, file: IO[bytes]) -> None:
    """Print it: heading, both parties, lines, net and tax by rate, the total."""
    words = WORDS[paper.language]
    title = words.invoice if paper.of_invoice is None else words.credit_note
    pages = Paper(file, f"{title} {paper.number}")
    heading = _heading(paper, words)
    below = pages.table(
        _columns(paper, words),
        [_cells(line, words, paper.currency) for line in paper.lines],
        head=lambda top: _head(pages, top, title, heading),
        lines_above=len(heading) + 3,
        page_of=lambda number, of: words.page.format(number=number, pages=of),
    )
    sums = _sums(paper, words)
    top = pages.room_below(below - LEADING, len(sums), f"{title} {paper.number}")
    for name, amount in sums:
        pages.text(_SUMS_AT - 120, top, name, bold=True)
        pages.right(_AMOUNTS_END, top, amount)
        top -= LEADING
    pages.save()


def _head(pages: Paper, top: Points, title: str, heading: Sequence[tuple[str, str]]) -> Points:
    pages.text(0, top, title, bold=True, size=_TITLE)
    return pages.named(top - 2 * LEADING, heading, _VALUES) - LEADING


def _heading(paper: MoneyPaper, words: Words) -> list[tuple[str, str]]:
    said = [
        (words.number, paper.number),
        (words.issued_on, paper.day.isoformat() if paper.day else ""),
        (words.due_on, paper.due_on.isoformat() if paper.due_on else ""),
        (words.of_invoice, paper.of_invoice or ""),
        (words.reason, paper.reason),
        (words.buyer_reference, paper.buyer.get("reference") or ""),
        (words.currency, paper.currency),
        *party(words.seller, paper.seller, words),
        *party(words.buyer, paper.buyer, words),
    ]
    return [(name, value) for name, value in said if value]


def party(name: str, kept: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Name one side, its tax number, address and account; empty where it said nothing."""
    places = ("street", "postal_code", "city", "region", "country")
    address = ", ".join(kept[place] for place in places if kept.get(place))
    return [
        (name, kept.get("name", "")),
        (words.tax_number, kept.get("tax_number", "")),
        (words.address, address),
        (words.bank_account, kept.get("bank_account", "")),
    ]


def _columns(paper: MoneyPaper, words: Words) -> list[PaperColumn]:
    causes = [] if paper.of_invoice is None else [PaperColumn(words.cause, 10, 55)]
    return [
        PaperColumn(words.line, 4, 28),
        PaperColumn(words.goods, 40, None),
        *causes,
        *(
            PaperColumn(heading, 10, points, is_number=True)
            for heading, points in (
                (words.pieces, 60),
                (words.net, 75),
                (words.rate, 45),
                (words.tax, 65),
                (words.gross, 75),
            )
        ),
    ]


def _cells(line: PaperLine, words: Words, currency: str) -> list[str]:
    causes = [] if line.cause is None else [words.causes[line.cause]]
    amounts = [
        _plain(line.quantity),
        money(line.net, currency),
        _plain(line.rate),
        money(line.tax, currency),
        money(line.net + line.tax, currency),
    ]
    return [str(line.position), line.title, *causes, *amounts]


def _sums(paper: MoneyPaper, words: Words) -> list[tuple[str, str]]:
    def in_full(amount: Decimal) -> str:
        return money(amount, paper.currency)

    rates = by_rate((line.rate, line.net, line.tax) for line in paper.lines)
    by = [
        pair
        for rate, net, tax in rates
        for pair in (
            (f"{words.net} ({_plain(rate)} %)", in_full(net)),
            (f"{words.tax} ({_plain(rate)} %)", in_full(tax)),
        )
    ]
    deposits = [(words.deposits, in_full(paper.deposits))] if paper.deposits else []
    return [*by, *deposits, (f"{words.total} {paper.currency}", in_full(paper.total))]


def money(amount: Decimal, currency: str) -> str:
    """Write an amount with the places that its currency has."""
    return format(round_money(amount, currency), "f")


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
