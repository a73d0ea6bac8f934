"""Providers of a network: for who runs it; signing in by one is for whoever has its link."""

from collections.abc import Mapping

from tests.isolation.cases.writing import Case, given, of, once

_TERMS = {"name": "Mallory's own", "clientId": "mallory", "domains": ["mallory.example"]}


def _joining(it, own):
    return {**_TERMS, "organisationId": own["Organisation"], "roleId": it["Role"]}


def _joined(it, own):
    return {**_TERMS, "organisationId": it["Organisation"], "roleId": own["Role"]}


def _added(build):
    return given(
        lambda it, own: {
            "idempotencyKey": once(),
            "issuer": "https://mallory.example",
            "terms": build(it, own),
        },
        is_for_staff=True,
    )


def _changed(build):
    return given(
        lambda it, own: {"providerId": own["IdentityProvider@network"], "terms": build(it, own)},
        is_for_staff=True,
    )


_A_PROVIDER = given(lambda it, _: {"providerId": it["IdentityProvider@network"]}, is_for_staff=True)

CASES: Mapping[str, tuple[Case, ...]] = {
    "identityProviders": of(lambda _it, _own: {}, is_for_staff=True),
    "addIdentityProvider": _added(_joined) + _added(_joining),
    "changeIdentityProvider": given(
        lambda it, _: {"providerId": it["IdentityProvider@network"], "terms": _TERMS},
        is_for_staff=True,
    )
    + _changed(_joined)
    + _changed(_joining),
    "retireIdentityProvider": _A_PROVIDER,
    "checkIdentityProvider": _A_PROVIDER,
    "forgetProviderLink": given(lambda it, _: {"membershipId": it["Membership"]}),
    "beginProviderSignIn": given(lambda _it, _own: {"token": "no such token"}, is_public=True),
    "finishProviderSignIn": given(
        lambda _it, _own: {"code": "a code", "state": "no such token", "holder": "nobody"},
        is_public=True,
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {"IdentityProvider": ("IdentityProvider@network",)}
