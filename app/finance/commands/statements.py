"""What a buyer says of a statement of its account (R3-27)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.audit.operations import record
from app.db.idempotency import once
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance import locks
from app.finance.errors import StatementChanged
from app.finance.models import StatementAnswer, StatementVerdict
from app.finance.operations.statements import Statement, statement_of
from app.finance.operations.telling import tell_of_money, watchers_of
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class AnswerWish:
    """What a buyer says of its account over some days, which closed as it saw."""

    relationship_id: UUID
    since: date
    until: date
    currency: str | None
    seen_closing: Decimal
    verdict: StatementVerdict
    words: str
    idempotency_key: str


@requires(Permission.STATEMENT_ANSWER)
async def answer_statement(work: Work, wish: AnswerWish) -> UUID:
    """Confirm a statement of what the own organisation owes, or dispute it with words.

    The figures that were seen are kept, and the seller is told. It may be answered again: the
    latest answer counts. Returns the answer's id. Raises `StatementChanged`, and `NotFound` unless
    the own organisation is the buyer.
    """
    words = wish.words.strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid("words", f"must have at most {LONGEST_WORDS} characters")
    if wish.verdict is StatementVerdict.DISPUTED and not words:
        raise Invalid("words", "must say what is wrong")

    async def command(answer_id: UUID) -> None:
        terms = await locks.own_purchases(work, wish.relationship_id)
        if terms is None:
            raise NotFound("TradingRelationship").at("relationshipId")
        seen = await statement_of(work, terms, wish.since, wish.until, wish.currency)
        if seen.closing != wish.seen_closing:
            raise StatementChanged(seen.closing, wish.seen_closing, seen.account.currency)
        await _keep(work, answer_id, seen, wish.verdict, words)

    body = [wish.relationship_id, wish.since, wish.until, wish.currency, wish.seen_closing]
    return await once(
        work,
        wish.idempotency_key,
        "answerAccountStatement",
        [*body, wish.verdict, words],
        new_id(),
        command,
    )


async def _keep(
    work: Work, answer_id: UUID, seen: Statement, verdict: StatementVerdict, words: str
) -> None:
    account = seen.account
    row = StatementAnswer(
        id=answer_id,
        relationship_id=account.relationship_id,
        currency=account.currency,
        since=account.since,
        until=account.until,
        opening=seen.opening,
        charged=seen.charged,
        credited=seen.credited,
        closing=seen.closing,
        verdict=verdict,
        words=words,
        answered_at=work.now,
        answered_by_membership_id=work.actor.membership_id,
        answered_by_name=work.actor.name,
    )
    await work.save(row)
    data = {
        "verdict": verdict.value,
        "since": account.since.isoformat(),
        "until": account.until.isoformat(),
        "closing": str(seen.closing),
        "currency": account.currency,
    }
    kind, key = "trading_relationship", account.relationship_id
    record(work, "ANSWER_STATEMENT", kind, key, after=data, reason=words or None)
    watchers = await watchers_of(work, key)
    told = {
        "confirmed_until": data["until"] if verdict is StatementVerdict.CONFIRMED else None,
        "disputed_until": data["until"] if verdict is StatementVerdict.DISPUTED else None,
        "words": words or None,
        "relationship_id": str(key),
    }
    event = DomainEvent("statement_answered", kind, key, data | told)
    tell_of_money(work, event, watchers, watchers.people[watchers.seller_id])
