"""Organisations and their trade."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "organisation": of(lambda it, _: {"id": it["Organisation"]})
    + of(lambda it, _: {"id": it["Organisation:BUYER"]}),
    "organisations": NOTHING,
    "relationship": of(lambda it, _: {"id": it["TradingRelationship"]})
    + of(lambda it, _: {"id": it["TradingRelationship:UPSTREAM"]}),
    "customers": NOTHING + of(lambda it, _: {"groupId": it["CustomerGroup"]}),
    "suppliers": NOTHING,
    "customerLevels": NOTHING,
    "activateOrganisation": given(lambda it, _: {"organisationId": it["Organisation:BUYER"]}),
    "changeOrganisation": given(lambda _it, _own: {"name": "Renamed"}, changes=True),
    "createOrganisation": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "name": "Shop",
            "kind": "RETAILER",
            "parentId": it["Organisation"],
        }
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "name": "Shop",
            "kind": "RETAILER",
            "terms": {"levelId": it["CustomerLevel"]},
        }
    ),
    "openRelationship": given(lambda it, _: {"buyerId": it["Organisation:BUYER"]}),
    "changeRelationshipTerms": given(
        lambda it, _: {
            "relationshipId": it["TradingRelationship"],
            "terms": {"deliveryDays": 3},
        }
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "terms": {"levelId": it["CustomerLevel"]},
        }
    ),
    "closeRelationship": given(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "assignRep": given(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "membershipId": own["Membership"],
        }
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "membershipId": it["Membership:SELLER"],
        }
    ),
    "customersLookedAfter": of(lambda it, _: {"membershipId": it["Membership"]}),
    "handOverCustomers": given(
        lambda it, own: {
            "fromMembershipId": it["Membership"],
            "toMembershipId": own["Membership:SELLER"],
        }
    )
    + given(
        lambda it, own: {
            "fromMembershipId": own["Membership:SELLER"],
            "toMembershipId": it["Membership"],
        }
    ),
    "plannedHandOvers": NOTHING,
    "cancelHandOver": given(lambda it, _: {"fromMembershipId": it["Membership"]}),
    "assignTerritory": given(
        lambda it, own: {
            "territoryId": it["Territory"],
            "membershipIds": [own["Membership:SELLER"]],
        }
    )
    + given(
        lambda it, own: {
            "territoryId": own["Territory"],
            "membershipIds": [it["Membership"]],
        }
    ),
    "unassignRep": given(
        lambda it, _: {
            "relationshipId": it["TradingRelationship"],
            "membershipId": it["Membership"],
        }
    ),
    "createCustomerLevel": given(lambda it, _: {"name": "Gold", "parentId": it["CustomerLevel"]}),
    "customerGroups": NOTHING,
    "territories": NOTHING,
    "createCustomerGroup": given(lambda _it, _own: {"name": once()}, changes=True),
    "addGroupMembers": given(
        lambda it, own: {
            "groupId": it["CustomerGroup"],
            "relationshipIds": [own["TradingRelationship"]],
        }
    )
    + given(
        lambda it, own: {
            "groupId": own["CustomerGroup"],
            "relationshipIds": [it["TradingRelationship"]],
        }
    ),
    "removeGroupMembers": given(
        lambda it, own: {
            "groupId": it["CustomerGroup"],
            "relationshipIds": [own["TradingRelationship"]],
        }
    )
    + given(
        lambda it, own: {
            "groupId": own["CustomerGroup"],
            "relationshipIds": [it["TradingRelationship"]],
        }
    ),
    "createTerritory": given(lambda it, _: {"name": once(), "parentId": it["Territory"]}),
    "changeTerritory": given(lambda it, _: {"territoryId": it["Territory"], "name": once()}),
}
