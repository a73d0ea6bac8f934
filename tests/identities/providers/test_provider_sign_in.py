"""Sign-in by a provider of the network's own: who is let in by it, how far, and who never is."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.identities.models import IdentityProvider, ProviderLink
from app.identities.oidc import Client, Providers, ProviderSilent, RoundKeys
from app.identities.operations import open_tenant
from app.kernel.ids import new_id
from app.outbound.fetching import Fetcher
from app.rbac.operations import add_membership
from tests.support.people import ACT_AS, REFRESH, sign_in, with_password
from tests.support.provided import (
    BEGIN,
    CHECK,
    CLIENT_ID,
    CLIENT_SECRET,
    FINISH,
    LIST,
    added,
    ask,
    begun,
    came,
    why,
)
from tests.support.provider import providing
from tests.support.world import World

REFUSED = {"code": "PROVIDER_SIGN_IN_REFUSED", "field": "code"}
SPENT = {"code": "LINK_SPENT", "field": "token"}
VIEWER = "{ viewer { name } }"


async def test_whoever_works_there_signs_in_by_the_company_and_stays_linked(
    world, admin, person, provider
):
    entrance = await added(admin, provider)
    assert await ask(world, CHECK, admin.token, providerId=entrance["id"]) == {"ok": True}
    first = await came(world, entrance, provider)
    provider.claims = {"sub": provider.claims["sub"], "email": "renamed@elsewhere.example"}
    again = await came(world, entrance, provider)

    assert [each["actingIn"] for each in (first, again)] == [{"organisationName": "Brand"}] * 2
    viewer = (await world.ask(VIEWER, token=first["accessToken"])).data["viewer"]
    assert viewer == {"name": "BUYER person"}
    form, authorization = provider.forms[-1]
    pair = f"{CLIENT_ID}:{quote(CLIENT_SECRET, safe='')}"
    assert authorization == f"Basic {b64encode(pair.encode()).decode()}"
    assert form["redirect_uri"] == entrance["redirectUri"]
    assert len(form["code_verifier"]) == 43
    assert (await admin.ask(LIST)).data["identityProviders"] == [
        {"name": "Brand's own", "refusal": None, "linkedPeople": 1}
    ]
    kept = select(IdentityProvider.client_secret_sealed)
    assert CLIENT_SECRET not in (await world.run(lambda work: work.session.scalar(kept)))
    actions = select(AuditEntry.action).where(AuditEntry.subject_kind == "identity_provider")
    noted = (await world.run(lambda work: work.session.scalars(actions))).all()
    assert noted == ["ADD_IDENTITY_PROVIDER", "LINK_PROVIDER"]


async def test_what_does_not_prove_who_somebody_is_is_refused_alike(world, admin, person, provider):
    entrance, now = await added(admin, provider), datetime.now(UTC)
    sound = dict(provider.claims)
    lies = {
        "its audience is another": {"aud": "another client"},
        "its issuer is another": {"iss": "https://elsewhere.example"},
        "it has expired": {"iat": now - timedelta(hours=2), "exp": now - timedelta(hours=1)},
        "it is of the future": {"iat": now + timedelta(hours=1)},
        "it was made for another client": {"aud": [CLIENT_ID, "another"]},
        "the id token is not valid": {"exp": "soon"},
        "the provider has verified no e-mail address": {"email_verified": False},
        "the e-mail address is of none of the provider's domains": {"email": "li@other.example"},
        "nobody in the network is known by it": {"email": f"{new_id().hex}@example.com"},
    }
    for problem, claims in lies.items():
        provider.claims = sound | claims
        assert await came(world, entrance, provider) == REFUSED, problem
        assert await why(admin) == problem
    provider.claims = sound
    for algorithm in ("none", "HS256"):
        provider.algorithm = algorithm
        assert await came(world, entrance, provider) == REFUSED
        assert await why(admin) == "it is signed by an algorithm that is not taken"
    provider.algorithm = "RS256"
    lied = await begun(world, entrance, provider, nonce="another round's")
    assert await ask(world, FINISH, **lied) == REFUSED
    assert await why(admin) == "its nonce is another"

    links = await world.run(lambda work: work.session.scalars(select(ProviderLink.subject)))
    assert links.all() == []
    assert "accessToken" in await came(world, entrance, provider)


async def test_a_new_key_is_looked_for_once_and_an_unknown_one_refused(
    world, admin, person, provider
):
    entrance = await added(admin, provider)
    assert "accessToken" in await came(world, entrance, provider)
    provider.signs_with = "second"
    assert await came(world, entrance, provider) == REFUSED
    assert await why(admin) == "its key is none that the provider publishes"
    provider.keys = ["second"]
    provider.asked.clear()
    assert "accessToken" in await came(world, entrance, provider)
    assert provider.asked == ["/token", "/.well-known/openid-configuration", "/keys"]
    provider.asked.clear()
    assert "accessToken" in await came(world, entrance, provider)
    assert provider.asked == ["/token"]


async def test_a_state_is_good_once_and_in_the_browser_that_began(world, admin, person, provider):
    entrance = await added(admin, provider)
    one, other = [await begun(world, entrance, provider) for _ in range(2)]

    assert await ask(world, FINISH, **one | {"holder": other["holder"]}) == SPENT
    assert "accessToken" in await ask(world, FINISH, **one)
    assert await ask(world, FINISH, **one) == SPENT
    assert await ask(world, FINISH, **other | {"state": entrance["token"]}) == SPENT
    assert (await ask(world, BEGIN, token=other["state"]))["code"] == "LINK_NOT_VALID"


async def test_a_provider_that_does_not_answer_is_given_up(world, admin, person, provider):
    async with providing() as silent:
        entrance = await added(admin, silent)
        silent.is_silent = True
        keys, client = RoundKeys("secret"), Client(silent.issuer, CLIENT_ID, None)
        patient = Providers(Fetcher(allows_loopback=True, seconds=0.2))
        with pytest.raises(ProviderSilent):
            await patient.address(client, keys, new_id(), "", "", datetime.now(UTC))
    # It is gone: the connection is refused at once.
    unavailable = {"code": "PROVIDER_UNAVAILABLE", "field": "token"}
    assert await ask(world, BEGIN, token=entrance["token"]) == unavailable
    checked = await ask(world, CHECK, admin.token, providerId=entrance["id"])
    assert checked == {"code": "PROVIDER_UNAVAILABLE"}


async def test_whom_a_provider_vouches_for_is_let_into_its_network_only(
    world, database, http, settings, admin, person, provider
):
    """A network's administrator chooses the provider: it must open no other network."""
    elsewhere = await World.create(database, http, settings)
    place = await elsewhere.organisation("Elsewhere", "BRAND")
    await elsewhere.run(lambda work: _also_there(work, person, place, elsewhere))
    await with_password(world, person)
    entrance = await added(admin, provider)

    by_company = await came(world, entrance, provider)
    by_password = await sign_in(world, person.email)

    assert [each["organisationName"] for each in by_company["memberships"]] == ["Brand"]
    assert len(by_password["memberships"]) == 2
    other = next(
        each["membershipId"]
        for each in by_password["memberships"]
        if each["organisationName"] == "Elsewhere"
    )
    token = by_company["accessToken"]
    refused = await world.ask(ACT_AS, token=token, input={"membershipId": other})
    assert refused.error_codes == ["NOT_FOUND"]
    renewed = await ask(world, REFRESH, refreshToken=by_company["refreshToken"])
    assert [each["organisationName"] for each in renewed["memberships"]] == ["Brand"]
    for document in (
        "{ mySessions { id } }",
        "{ hasSecondFactor }",
        "mutation { endOtherSessions { ... on SessionsEnded { number } } }",
    ):
        assert (await world.ask(document, token=token)).error_codes == ["UNAUTHENTICATED"]


async def _also_there(work, person, organisation, world):
    await open_tenant(work, person.identity_id)
    roles = [world.roles["BUYER"]]
    await add_membership(work, person.identity_id, organisation, "Li", person.email, roles)
