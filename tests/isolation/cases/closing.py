"""Closing organisations: for themselves and those above, and only as asked for by themselves."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "organisationClosings": NOTHING,
    "previewOrganisationClosing": of(lambda it, _: {"organisationId": it["Organisation:CLOSING"]}),
    "closeOrganisation": given(
        lambda it, _: {"idempotencyKey": once(), "organisationId": it["Organisation:CLOSING"]}
    ),
    "cancelOrganisationClosing": given(lambda it, _: {"closingId": it["OrganisationClosing"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {"OrganisationClosing": ("OrganisationClosing",)}
