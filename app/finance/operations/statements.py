"""The account of a relationship over some days, from its documents (R3-26)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Date,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from app.db.work import Work
from app.finance.models import CreditNote, Invoice, InvoiceAllocation, Payment, StatementAnswer
from app.finance.operations.parties import Parties, parties_of
from app.finance.rules import AGES, Age, document_number
from app.kernel.errors import Invalid
from app.kernel.period import DateOutOfSense, sensible_day
from app.organisations.models import TradingRelationship

MOST_ENTRIES = 2000


class StatementEntryKind(StrEnum):
    """What an entry of a statement tells of; an ALLOCATION only says what pays for what."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    PAYMENT = "PAYMENT"
    PAYMENT_REVERSED = "PAYMENT_REVERSED"
    ALLOCATION = "ALLOCATION"


@dataclass(frozen=True, slots=True)
class Account:
    """Which account, over which days: from `since` up to the day before `until`."""

    relationship_id: UUID
    currency: str
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEntry:
    """One document of an account: what it adds to what the buyer owes, and the balance after it.

    `number` is the paper's, or the payment's reference; `allocated` is what an ALLOCATION lays on
    the invoice of that number.
    """

    kind: StatementEntryKind
    day: date
    number: str
    amount: Decimal
    allocated: Decimal
    balance: Decimal
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a buyer owed a seller at the beginning, what came to it and went, and at the end.

    `ages` are what was open of invoices at the end by how long it was due; `credit` is what had
    paid for none of them, so that ages less credit are `closing`.
    """

    account: Account
    parties: Parties
    opening: Decimal
    entries: Sequence[StatementEntry]
    ages: Sequence[tuple[Age, Decimal]]
    answer: StatementAnswer | None
    charged: Decimal = field(init=False)
    credited: Decimal = field(init=False)

    def __post_init__(self) -> None:
        amounts = [entry.amount for entry in self.entries]
        object.__setattr__(self, "charged", sum((a for a in amounts if a > 0), Decimal(0)))
        object.__setattr__(self, "credited", -sum((a for a in amounts if a < 0), Decimal(0)))

    @property
    def closing(self) -> Decimal:
        """What is owed at the end; below zero the buyer is ahead."""
        return self.opening + self.charged - self.credited

    @property
    def credit(self) -> Decimal:
        """What had paid for no invoice at the end."""
        return sum((amount for _, amount in self.ages), Decimal(0)) - self.closing

    @property
    def difference(self) -> Decimal | None:
        """By how much it closes otherwise than the buyer saw; none where nothing was said."""
        return None if self.answer is None else self.closing - self.answer.closing

    @property
    def is_as_answered(self) -> bool | None:
        """Whether all figures are still those that the buyer saw; none where nothing was said."""
        seen = self.answer
        return seen and (self.opening, self.charged, self.credited) == (
            seen.opening,
            seen.charged,
            seen.credited,
        )


async def statement_of(
    work: Work, terms: TradingRelationship, since: date, until: date, currency: str | None
) -> Statement:
    """Return the account of a relationship over some days, in one currency: that of its terms.

    Six statements at most. Raises `Invalid` for days without sense, and for more entries than a
    statement holds.
    """
    check_days(since, until)
    account = Account(terms.id, currency or terms.currency, since, until)
    parties = await parties_of(work, terms.id)
    documents = _documents(work, account, parties.zone.key).subquery()
    before = select(func.coalesce(func.sum(documents.c.amount), 0)).where(documents.c.day < since)
    opening = Decimal((await work.session.execute(before)).scalar_one())
    entries = await _entries(work, account, documents, opening)
    return Statement(
        account=account,
        parties=parties,
        opening=opening,
        entries=entries,
        ages=await _ages(work, account, parties.zone.key),
        answer=await _answer(work, account),
    )


def check_days(since: date, until: date) -> None:
    """Raise `Invalid` unless the days make a period."""
    for name, day in (("since", since), ("until", until)):
        try:
            sensible_day(day)
        except DateOutOfSense as slip:
            raise Invalid(name, str(slip)) from None
    if since >= until:
        raise Invalid("until", "must come after since; it is the first day that does not belong")


async def _entries(
    work: Work, account: Account, documents: Any, opening: Decimal
) -> list[StatementEntry]:
    columns = documents.c
    statement = (
        select(documents)
        .where(columns.day >= account.since)
        .order_by(columns.day, columns.recorded_at, columns.rank, columns.id)
        .limit(MOST_ENTRIES + 1)
    )
    found = (await work.session.execute(statement)).all()
    if len(found) > MOST_ENTRIES:
        raise Invalid("until", f"there are more than {MOST_ENTRIES} entries; ask for fewer days")
    balances = accumulate((row.amount for row in found), initial=opening)
    next(balances)
    return [
        StatementEntry(
            kind=StatementEntryKind(row.kind),
            day=row.day,
            number=document_number(row.year, row.number) if row.number else row.reference,
            amount=row.amount,
            allocated=row.allocated,
            balance=balance,
            recorded_at=row.recorded_at,
        )
        for row, balance in zip(found, balances, strict=True)
    ]


def _documents(work: Work, account: Account, zone: str) -> CompoundSelect[Any]:
    """Select every document of an account up to its end, each by the day that stands on it."""
    kinds = StatementEntryKind
    invoice, note, money, covers = Invoice, CreditNote, Payment, InvoiceAllocation
    issued = func.coalesce(invoice.issued_on, _day(invoice.issued_at, zone))
    came = func.coalesce(money.received_on, _day(money.received_at, zone))
    paper = {"year": invoice.year, "number": invoice.number}
    bills = _row(
        kinds.INVOICE, issued, invoice.issued_at, invoice.id, amount=invoice.total, **paper
    ).where(_of(work, invoice, account))
    notes = _row(
        kinds.CREDIT_NOTE,
        note.issued_on,
        note.issued_at,
        note.id,
        amount=-note.total,
        year=note.year,
        number=note.number,
    ).where(_of(work, note, account))
    payments = _row(
        kinds.PAYMENT,
        came,
        money.received_at,
        money.id,
        amount=-money.amount,
        reference=money.reference,
    ).where(_of(work, money, account))
    back = _day(money.reversed_at, zone)
    reversals = _row(
        kinds.PAYMENT_REVERSED,
        back,
        money.reversed_at,
        money.id,
        amount=money.amount,
        reference=money.reference,
    ).where(_of(work, money, account), money.reversed_at.is_not(None))
    laid = _day(covers.allocated_at, zone)
    allocations = (
        _row(
            kinds.ALLOCATION, laid, covers.allocated_at, covers.id, allocated=covers.amount, **paper
        )
        .join(invoice, invoice.id == covers.invoice_id)
        .where(covers.tenant_id == work.tenant_id, _of(work, invoice, account))
    )
    parts = (bills, notes, payments, reversals, allocations)
    days = (issued, note.issued_on, came, back, laid)
    held = [part.where(day < account.until) for part, day in zip(parts, days, strict=True)]
    return union_all(*held)


def _row(kind: StatementEntryKind, day: Any, at: Any, key: Any, **more: Any) -> Any:
    given = {
        "amount": literal(Decimal(0)),
        "allocated": literal(Decimal(0)),
        "year": literal(0),
        "number": literal(0),
        "reference": literal(""),
    } | more
    columns: list[Any] = [
        literal(kind.value).label("kind"),
        literal(list(StatementEntryKind).index(kind)).label("rank"),
        day.label("day"),
        at.label("recorded_at"),
        key.label("id"),
        *(value.label(name) for name, value in given.items()),
    ]
    return select(*columns)


def _of(work: Work, table: Any, account: Account) -> Any:
    return (
        (table.tenant_id == work.tenant_id)
        & (table.relationship_id == account.relationship_id)
        & (table.currency == account.currency)
    )


def _day(instant: Any, zone: str) -> Any:
    return cast(func.timezone(zone, instant), Date)


async def _ages(work: Work, account: Account, zone: str) -> list[tuple[Age, Decimal]]:
    covered = (
        select(func.coalesce(func.sum(InvoiceAllocation.amount), 0))
        .where(
            InvoiceAllocation.tenant_id == Invoice.tenant_id,
            InvoiceAllocation.invoice_id == Invoice.id,
            _day(InvoiceAllocation.allocated_at, zone) < account.until,
        )
        .correlate(Invoice)
        .scalar_subquery()
    )
    issued = func.coalesce(Invoice.issued_on, _day(Invoice.issued_at, zone))
    days = literal(account.until, Date) - 1 - func.coalesce(Invoice.due_on, issued)
    whens = [(days <= most, age.value) for age, most in AGES if most is not None]
    age = case(*whens, else_=AGES[-1][0].value)
    statement = (
        select(age.label("age"), func.sum(Invoice.total - covered))
        .where(_of(work, Invoice, account), issued < account.until)
        .group_by("age")
    )
    rows: Sequence[Any] = (await work.session.execute(statement)).all()
    found: dict[str, Decimal] = {row[0]: row[1] for row in rows}
    return [(age, found.get(age.value, Decimal(0))) for age, _ in AGES]


async def _answer(work: Work, account: Account) -> StatementAnswer | None:
    statement = (
        select(StatementAnswer)
        .where(
            StatementAnswer.relationship_id == account.relationship_id,
            StatementAnswer.currency == account.currency,
            StatementAnswer.since == account.since,
            StatementAnswer.until == account.until,
        )
        .order_by(StatementAnswer.id.desc())
        .limit(1)
    )
    return (await work.session.scalars(statement)).first()
