"""The age of a token is told by the clock that it was signed by."""

from datetime import UTC, datetime, timedelta

import pytest

from app.identities.tokens import AccessClaims, TokenKeys
from app.kernel.errors import Unauthenticated
from app.kernel.ids import new_id

LIFETIME = timedelta(minutes=15)


@pytest.mark.parametrize("offset", [timedelta(hours=-1), timedelta(0), timedelta(hours=1)])
def test_a_wrong_clock_neither_ends_its_own_tokens_nor_keeps_them(offset):
    keys = TokenKeys("a secret that is long enough for tests", LIFETIME, LIFETIME, offset)
    claims, now = AccessClaims(new_id(), new_id()), datetime.now(UTC) + offset

    assert keys.read(keys.sign(claims, now)) == claims
    with pytest.raises(Unauthenticated, match="expired"):
        keys.read(keys.sign(claims, now - LIFETIME))
