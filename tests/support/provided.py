"""A network's provider in tests: added by who runs it, and signed in by."""

from typing import Any, Protocol

from app.identities.models import IdentityProvider, ProviderLink
from app.kernel.ids import new_id
from tests.support.world import LONG_AGO, Person, World, gid


class Providing(Protocol):
    """A provider as far as signing in by it goes."""

    @property
    def issuer(self) -> str: ...

    def visited(self, url: str, nonce: str | None = None) -> tuple[str, str]: ...


SHOWN = """... on IdentityProvider { id name issuer domains hasSecret token redirectUri linkedPeople
  refusal retiredAt organisation { name } } ... on Refusal { code field }"""
CLIENT_ID = "tributary"
CLIENT_SECRET = "a secret & of the provider's"
ADD = f"""mutation($input: AddIdentityProviderInput!) {{ addIdentityProvider(input: $input) {{
  {SHOWN} }} }}"""
CHANGE = f"""mutation($input: ChangeIdentityProviderInput!) {{
  changeIdentityProvider(input: $input) {{ {SHOWN} }} }}"""
RETIRE = f"""mutation($input: IdentityProviderInput!) {{
  retireIdentityProvider(input: $input) {{ {SHOWN} }} }}"""
CHECK = """mutation($input: IdentityProviderInput!) { checkIdentityProvider(input: $input) {
  ... on IdentityProviderAnswers { ok } ... on Refusal { code } } }"""
FORGET = """mutation($input: ForgetProviderLinkInput!) { forgetProviderLink(input: $input) {
  ... on ProviderLinkForgotten { ok } } }"""
LIST = "{ identityProviders { name refusal linkedPeople } }"
BEGIN = """mutation($input: BeginProviderSignInInput!) { beginProviderSignIn(input: $input) {
  ... on ProviderSignInBegun { url holder } ... on Refusal { code field } } }"""
FINISH = """mutation($input: FinishProviderSignInInput!) { finishProviderSignIn(input: $input) {
  ... on SignedIn { accessToken refreshToken actingIn { organisationName }
    memberships { tenantName organisationName } }
  ... on SecondStepNeeded { token } ... on Refusal { code field } } }"""


async def ask(world: World, document: str, bearer: str | None = None, **given: Any) -> Any:
    """Ask with an input; returns the field's answer."""
    (found,) = (await world.ask(document, token=bearer, input=given)).data.values()
    return found


def terms(**more: Any) -> dict[str, Any]:
    given = {"name": "Brand's own", "clientId": CLIENT_ID, "domains": ["Example.com"]}
    return {**given, "clientSecret": CLIENT_SECRET, **more}


async def added(admin: Person, provider: Providing, **more: Any) -> Any:
    key = new_id().hex
    given = {"idempotencyKey": key, "issuer": provider.issuer, "terms": terms(**more)}
    return await ask(admin.world, ADD, admin.token, **given)


async def begun(
    world: World, entrance: dict[str, Any], provider: Providing, nonce: str | None = None
) -> dict[str, str]:
    began = await ask(world, BEGIN, token=entrance["token"])
    code, state = provider.visited(began["url"], nonce)
    return {"code": code, "state": state, "holder": began["holder"]}


async def came(world: World, entrance: dict[str, Any], provider: Providing, **more: Any) -> Any:
    """Sign in by the provider; returns the field's answer."""
    return await ask(world, FINISH, **await begun(world, entrance, provider), **more)


async def why(admin: Person) -> str | None:
    """What the administrator is told of the last refusal, and nobody else."""
    (found,) = (await admin.ask(LIST)).data["identityProviders"]
    return found["refusal"]


async def add_provider(person: Person) -> dict[str, str]:
    """A provider of the network, to which one of its people is linked."""
    row = IdentityProvider(
        id=new_id(),
        name="The network's own",
        issuer="https://sign-in.network.invalid",
        client_id=CLIENT_ID,
        domains=["network.example.com"],
        allows_passwords=True,
        trusts_second_factor=False,
        token_id=new_id(),
        added_by_membership_id=person.membership_id,
        added_at=LONG_AGO,
    )
    await person.world.save(row)
    link = ProviderLink(
        provider_id=row.id,
        subject=new_id().hex,
        identity_id=person.identity_id,
        linked_at=LONG_AGO,
    )
    await person.world.save(link)
    return {"IdentityProvider@network": gid("IdentityProvider", row.id)}
