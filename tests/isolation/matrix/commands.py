"""Which commands an asker may give about the victim's things, and why; all others are refused.

What succeeds here is the trade itself, and tested where it is built. It is left out of the matrix,
whose scene nobody changes.
"""

from collections.abc import Mapping

_PEOPLE = frozenset(
    {
        "addMember-0",
        "allowSecondFactorReset-0",
        "assignRoles-0",
        "changeRole-0",
        "createOrganisation-0",
        "createRole-0",
        "endMembership-0",
        "forgetProviderLink-0",
        "inviteMember-0",
        "resendInvitation-0",
        "withdrawInvitation-0",
        "reinstateRole-0",
        "renameMember-0",
        "retireRole-0",
        "revokeApiKey-0",
    }
)
"""People, roles, keys and organisations within reach: of the branch, or of the network."""

_MOVES = frozenset(
    {
        "activateOrganisation-0",
        "cancelOrganisationClosing-0",
        "cancelOrganisationMove-0",
        "changeIdentityProvider-0",
        "closeOrganisation-0",
        "moveOrganisation-0",
        "moveOrganisation-1",
        "retireIdentityProvider-0",
    }
)
"""Where organisations stand, and who vouches for people: for who runs the network."""

_NOTES = frozenset({"addOrderNote-0"})
"""What whoever reads the retailer's own orders may write on them."""

_READS = frozenset({"markAnnouncementsRead-0"})
"""What everybody who works for a customer may say of what its sellers announce."""

_ASKS = _READS | frozenset(
    {
        "closeTicket-0",
        "openTicket-0",
        "openTicket-1",
        "openTicket-2",
        "openTicket-3",
        "writeTicketMessage-0",
    }
)
"""What a customer may ask of its seller, and withdraw."""

_BUYS = (
    _NOTES
    | _ASKS
    | frozenset(
        {
            "answerAccountStatement-0",
            "cancelOrder-0",
            "changeOrder-0",
            "confirmReceipt-0",
            "createOrder-0",
            "createSavedCart-0",
            "createSavedCart-2",
            "previewOrderChange-0",
            "quickOrder-0",
            "reorder-0",
            "reorder-2",
            "createOrder-2",
            "requestCancel-0",
            "reviseOrder-0",
            "setCartLine-0",
            "signDelivery-0",
            "takeSuggestedOrder-0",
            "withdrawOrderRequest-0",
        }
    )
)
"""The retailer's own orders, up to the receipt, and what it says of its account."""

_OWN_HOUSE = frozenset(
    {
        "archiveDeliveryAddress-0",
        "changeDeliveryAddress-0",
        "changeOrganisation-0",
        "createTradeScheme-5",
    }
)
"""The retailer's own; and schemes that its seller shall pay, which the seller must grant."""

MAY: Mapping[tuple[str, str], frozenset[str]] = {
    ("sibling", "system admin"): _PEOPLE | _MOVES,
    ("cousin", "system admin"): _PEOPLE | _MOVES,
    ("parent", "system admin"): _PEOPLE | _MOVES,
    ("parent", "enterprise admin"): _PEOPLE | {"createApiKey-0", "moveOrganisation-1"},
    ("child", "system admin"): _READS | _PEOPLE | _MOVES | _OWN_HOUSE,
    ("child", "enterprise admin"): _BUYS
    | _OWN_HOUSE
    | {"takeStockAlerts-0", "withdrawRelationshipRequest-0"},
    ("child", "buyer"): _BUYS,
    ("child", "sales"): _READS,
    ("child", "service"): _NOTES | _ASKS,
    ("child", "warehouse"): _NOTES | _ASKS,
}


def may(relation: str, role: str) -> frozenset[str]:
    """Name the cases that succeed; who runs a network may change its settings."""
    settings = set[str]()
    if role == "system admin":
        settings = {"changeNetworkSettings-0"}
        if relation != "other tenant":
            settings |= {"replayDeadJob-0", "dropDeadJob-0", "requireSecondFactor-0"}
    return MAY.get((relation, role), frozenset()) | settings
