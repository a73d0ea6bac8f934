"""A statement of account as a PDF in the buyer's language (R3-26)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import IO

from app.finance.models import PaperLanguage
from app.finance.operations.statements import Statement, StatementEntry, StatementEntryKind
from app.finance.papers.printing import money, party
from app.finance.papers.words import WORDS
from app.finance.rules import Age
from app.printing.paper import LEADING, Paper, PaperColumn, Points

_VALUES, _TITLE, _SUMS_AT, _AMOUNTS_END = 95, 14, 280, 517


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementWords:
    """What stands beside the figures of a statement."""

    title: str
    period: str
    days: str
    day: str
    document: str
    number: str
    amount: str
    allocated: str
    balance: str
    opening: str
    closing: str
    credit: str
    kinds: Mapping[StatementEntryKind, str]
    ages: Mapping[Age, str]


STATEMENT_WORDS: Mapping[PaperLanguage, StatementWords] = {
    PaperLanguage.EN: StatementWords(
        title="Statement of account",
        period="Period",
        days="{since} to {last}",
        day="Date",
        document="Document",
        number="Number",
        amount="Amount",
        allocated="Allocated",
        balance="Balance",
        opening="Opening balance",
        closing="Closing balance",
        credit="Credit not allocated",
        kinds={
            StatementEntryKind.INVOICE: "Invoice",
            StatementEntryKind.CREDIT_NOTE: "Credit note",
            StatementEntryKind.PAYMENT: "Payment",
            StatementEntryKind.PAYMENT_REVERSED: "Payment reversed",
            StatementEntryKind.ALLOCATION: "Allocated to invoice",
        },
        ages={
            Age.NOT_DUE: "Open, not due",
            Age.DAYS_1_TO_30: "Overdue 1 to 30 days",
            Age.DAYS_31_TO_60: "Overdue 31 to 60 days",
            Age.DAYS_61_TO_90: "Overdue 61 to 90 days",
            Age.OVER_90_DAYS: "Overdue more than 90 days",
        },
    ),
    PaperLanguage.ZH: StatementWords(
        title="对账单",
        period="期间",
        days="{since} 至 {last}",
        day="日期",
        document="单据",
        number="编号",
        amount="金额",
        allocated="核销金额",
        balance="余额",
        opening="期初余额",
        closing="期末余额",
        credit="未核销款项",
        kinds={
            StatementEntryKind.INVOICE: "销售账单",
            StatementEntryKind.CREDIT_NOTE: "贷项通知单",
            StatementEntryKind.PAYMENT: "付款",
            StatementEntryKind.PAYMENT_REVERSED: "付款冲销",
            StatementEntryKind.ALLOCATION: "核销账单",
        },
        ages={
            Age.NOT_DUE: "未到期",
            Age.DAYS_1_TO_30: "逾期 1 至 30 天",
            Age.DAYS_31_TO_60: "逾期 31 至 60 天",
            Age.DAYS_61_TO_90: "逾期 61 至 90 天",
            Age.OVER_90_DAYS: "逾期 90 天以上",
        },
    ),
}


def write_statement(found: Statement, file: IO[bytes]) -> None:
    """Print it: both parties, the opening balance, each document, the closing balance, the ages."""
    language = PaperLanguage(found.parties.buyer["language"])
    words, common = STATEMENT_WORDS[language], WORDS[language]
    last = found.account.until - timedelta(days=1)
    days = words.days.format(since=found.account.since, last=last)
    pages = Paper(file, f"{words.title} {days}")
    currency = found.account.currency
    heading = [
        (words.period, days),
        (common.currency, currency),
        *party(common.seller, found.parties.seller, common),
        *party(common.buyer, found.parties.buyer, common),
    ]
    heading = [(name, value) for name, value in heading if value]
    first = ["", words.opening, "", "", "", money(found.opening, currency)]
    rows = [_cells(entry, words, currency) for entry in found.entries]

    def head(top: Points) -> Points:
        pages.text(0, top, words.title, bold=True, size=_TITLE)
        return pages.named(top - 2 * LEADING, heading, _VALUES) - LEADING

    below = pages.table(
        _columns(words),
        [first, *rows],
        head=head,
        lines_above=len(heading) + 3,
        page_of=lambda number, of: common.page.format(number=number, pages=of),
    )
    sums = [(words.closing, found.closing)]
    sums += [(words.ages[age], amount) for age, amount in found.ages]
    sums += [(words.credit, -found.credit)] if found.credit else []
    top = pages.room_below(below - LEADING, len(sums), f"{words.title} {days}")
    for name, amount in sums:
        pages.text(_SUMS_AT, top, name, bold=True)
        pages.right(_AMOUNTS_END, top, money(amount, currency))
        top -= LEADING
    pages.save()


def _columns(words: StatementWords) -> list[PaperColumn]:
    amounts = (words.amount, words.allocated, words.balance)
    return [
        PaperColumn(words.day, 10, 60),
        PaperColumn(words.document, 20, 120),
        PaperColumn(words.number, 20, None),
        *(PaperColumn(heading, 10, 80, is_number=True) for heading in amounts),
    ]


def _cells(entry: StatementEntry, words: StatementWords, currency: str) -> list[str]:
    def unless_zero(amount: Decimal) -> str:
        return money(amount, currency) if amount else ""

    return [
        entry.day.isoformat(),
        words.kinds[entry.kind],
        entry.number,
        unless_zero(entry.amount),
        unless_zero(entry.allocated),
        money(entry.balance, currency),
    ]
