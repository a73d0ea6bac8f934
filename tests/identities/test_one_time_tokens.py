"""Links in e-mails: good once, for a while, for one purpose, and in no store."""

from datetime import UTC, datetime, timedelta

import pytest

from app.identities.one_time_tokens import (
    GRACE,
    OneTimeKeys,
    Purpose,
    forget_old,
    issue,
    look_at,
    spend,
    withdraw,
)
from app.kernel.ids import new_id

KEYS = OneTimeKeys("a secret of this installation alone, and long")
LATER = datetime(2090, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def issued(world, subject, at=LATER):
    token = await world.run(lambda work: issue(work, Purpose.INVITATION, subject, HOUR), now=at)
    return KEYS.text(Purpose.INVITATION, token)


async def spent(world, text, purpose=Purpose.INVITATION, at=LATER, keys=KEYS):
    return await world.run(lambda work: spend(work, keys, purpose, text), now=at)


async def test_a_token_is_good_once(world):
    subject = new_id()
    text = await issued(world, subject)

    seen = await world.run(lambda work: look_at(work, KEYS, Purpose.INVITATION, text), now=LATER)
    first, second = await spent(world, text), await spent(world, text)

    assert seen.subject_id == first.subject_id == subject
    assert second is None


async def test_a_token_is_good_for_its_purpose_and_its_time_alone(world):
    subject = new_id()
    text = await issued(world, subject)

    assert await spent(world, text, purpose=Purpose.PASSWORD_RESET) is None
    assert await spent(world, text, at=LATER + HOUR) is None
    assert await spent(world, text, keys=OneTimeKeys("another installation")) is None
    assert (await spent(world, text, at=LATER + HOUR - timedelta(seconds=1))) is not None


async def test_a_withdrawn_token_is_good_no_more(world):
    subject = new_id()
    text, others = await issued(world, subject), await issued(world, new_id())

    await world.run(lambda work: withdraw(work, Purpose.INVITATION, subject), now=LATER)

    assert await spent(world, text) is None
    assert await spent(world, others) is not None


async def test_old_tokens_are_forgotten_and_newer_ones_kept(world):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    old, newer = await issued(world, new_id(), at=long_ago), await issued(world, new_id())

    await world.run(forget_old, now=long_ago + HOUR + GRACE + HOUR)

    assert await spent(world, old, at=long_ago) is None
    assert await spent(world, newer) is not None


@pytest.mark.parametrize("text", ["", "x", "é" * 64, "A" * 64, "A" * 63 + "=", "A" * 10_000])
def test_what_nobody_made_is_no_token(text):
    assert KEYS.token_id(Purpose.INVITATION, text) is None


def test_a_token_changed_in_any_place_is_none():
    text = KEYS.text(Purpose.INVITATION, new_id())

    for place, letter in enumerate(text):
        changed = f"{text[:place]}{'A' if letter != 'A' else 'B'}{text[place + 1 :]}"
        assert KEYS.token_id(Purpose.INVITATION, changed) is None
