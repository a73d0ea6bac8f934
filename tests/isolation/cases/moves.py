"""Moves of branches: for those above the branch, and only as asked for by themselves."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "organisationMoves": NOTHING,
    "previewOrganisationMove": of(
        lambda it, own: {
            "organisationId": it["Organisation:BUYER"],
            "newParentId": own["Organisation"],
        }
    )
    + of(
        lambda it, own: {
            "organisationId": own["Organisation:BUYER"],
            "newParentId": it["Organisation"],
        }
    ),
    "moveOrganisation": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "organisationId": it["Organisation:BUYER"],
            "newParentId": own["Organisation"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "organisationId": own["Organisation:BUYER"],
            "newParentId": it["Organisation"],
        }
    ),
    "cancelOrganisationMove": given(lambda it, _: {"moveId": it["OrganisationMove"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {"OrganisationMove": ("OrganisationMove",)}
