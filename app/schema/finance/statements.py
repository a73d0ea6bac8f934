"""Statements of accounts, and what buyers say of them (R3-26, R3-27)."""

from datetime import date, datetime
from decimal import Decimal

import strawberry
from strawberry import relay

from app.finance import models
from app.finance.commands.statements import AnswerWish
from app.finance.models import StatementVerdict
from app.finance.operations import statements
from app.finance.operations.statements import StatementEntryKind
from app.finance.rules import Age
from app.quotes.files import MEDIA_TYPES, FileFormat, file_name
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.downloads import address_of
from app.schema.finance.files import STATEMENT
from app.schema.ids import key_of
from app.schema.quotes.files import DownloadableFile

strawberry.enum(Age, description=Age.__doc__)
strawberry.enum(StatementEntryKind, description=StatementEntryKind.__doc__)
strawberry.enum(StatementVerdict, description=StatementVerdict.__doc__)


@strawberry.type
class StatementEntry:
    """One document of an account, by the day that stands on it.

    `amount` is what it adds to what the buyer owes, below zero what it takes off, and `balance`
    what is owed then. An ALLOCATION lays `allocated` on the invoice of that `number`, and adds
    nothing.
    """

    kind: StatementEntryKind
    day: date
    number: str
    amount: Decimal
    allocated: Decimal
    balance: Decimal
    recorded_at: datetime
    is_later: bool = strawberry.field(
        description="It was recorded after the buyer had answered: a difference to what it saw."
    )


@strawberry.type
class StatementAge:
    """What was open of invoices that had been due so long, at the end of a statement."""

    age: Age
    open: Decimal


@strawberry.type
class StatementAnswer:
    """What the buyer said of a statement, when and by whom, and how it closed then."""

    verdict: StatementVerdict
    words: str
    closing: Decimal
    answered_at: datetime
    answered_by: str

    @classmethod
    def of(cls, row: models.StatementAnswer) -> "StatementAnswer":
        """Show an answer."""
        return cls(
            verdict=StatementVerdict(row.verdict),
            words=row.words,
            closing=row.closing,
            answered_at=row.answered_at,
            answered_by=row.answered_by_name,
        )


@strawberry.type
class AccountStatement:
    """What a buyer owed a seller from `since` up to the day before `until`, in `currency`.

    `closing` is `opening` and `charged` less `credited`; below zero the buyer is ahead. `ages`
    less `credit`, which had paid for no invoice yet, come to it as well. A prepaid balance stands
    beside.
    """

    currency: str
    since: date
    until: date
    opening: Decimal
    charged: Decimal
    credited: Decimal
    closing: Decimal
    credit: Decimal
    difference: Decimal | None = strawberry.field(
        description="By how much it closes otherwise than when the buyer answered; null unanswered."
    )
    is_as_answered: bool | None = strawberry.field(
        description="Whether all figures are those that the buyer saw; null unanswered."
    )
    answer: StatementAnswer | None
    file: DownloadableFile = strawberry.field(
        description="The same as PDF, in the buyer's language."
    )
    entries: list[StatementEntry] = sized(50)
    ages: list[StatementAge] = sized(5)

    @classmethod
    def of(cls, info: Info, found: statements.Statement) -> "AccountStatement":
        """Show a statement."""
        answer, account = found.answer, found.account
        return cls(
            currency=account.currency,
            since=account.since,
            until=account.until,
            opening=found.opening,
            charged=found.charged,
            credited=found.credited,
            closing=found.closing,
            credit=found.credit,
            difference=found.difference,
            is_as_answered=found.is_as_answered,
            answer=StatementAnswer.of(answer) if answer else None,
            file=_file(info, account),
            entries=[
                StatementEntry(
                    kind=entry.kind,
                    day=entry.day,
                    number=entry.number,
                    amount=entry.amount,
                    allocated=entry.allocated,
                    balance=entry.balance,
                    recorded_at=entry.recorded_at,
                    is_later=answer is not None and entry.recorded_at > answer.answered_at,
                )
                for entry in found.entries
            ],
            ages=[StatementAge(age=age, open=amount) for age, amount in found.ages],
        )


def _file(info: Info, account: statements.Account) -> DownloadableFile:
    days = f"{account.since}", f"{account.until}"
    name = file_name(STATEMENT, *days, extension=FileFormat.PDF.value)
    given = {
        "paper": str(account.relationship_id),
        "since": days[0],
        "until": days[1],
        "currency": account.currency,
        "name": name,
    }
    return DownloadableFile(
        file_name=name,
        media_type=MEDIA_TYPES[FileFormat.PDF],
        download_url=address_of(info.context, STATEMENT, given),
    )


@strawberry.input
class AnswerAccountStatementInput:
    """Whose statement of which days, how it closes, and what is said of it; words for a dispute."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    since: date
    until: date
    seen_closing: Decimal
    verdict: StatementVerdict
    words: str = ""
    currency: str | None = None

    def value(self) -> AnswerWish:
        """Translate to the command's own words."""
        return AnswerWish(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            since=self.since,
            until=self.until,
            currency=self.currency,
            seen_closing=self.seen_closing,
            verdict=self.verdict,
            words=self.words,
            idempotency_key=self.idempotency_key,
        )
