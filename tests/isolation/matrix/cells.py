"""Of which cells the matrix is made, counted from the schema and the cases."""

from collections.abc import Iterator, Mapping
from functools import cache

from graphql import FieldNode, GraphQLObjectType, TypeInfo, TypeInfoVisitor, Visitor, parse, visit

from tests.isolation.cases import CASES, JOBS, NODES
from tests.isolation.matrix.askers import RELATIONS, ROLES
from tests.isolation.matrix.asking import of_drafts, questions, walks
from tests.isolation.matrix.keys import unique_keys
from tests.isolation.matrix.paging import listings
from tests.isolation.spent import ENDS
from tests.support.documents import document, root_fields, schema, shown_fields

ASKERS = len(RELATIONS) * len(ROLES)
ONLY_THE_DATABASE = len(ROLES)
"""Asked again with our filter off: within a network the database has no line to hold."""


@cache
def asked_fields() -> frozenset[str]:
    """Every field that a document of the matrix asks for, as `Type.field`."""
    found: set[str] = set()
    for text in set(_texts()):
        info = TypeInfo(schema())
        visit(parse(text), TypeInfoVisitor(info, _Fields(info, found)))
    return frozenset(found)


NOT_ASKED: Mapping[str, str] = {
    "PackageContent.sku": "that of the shipment's line, where it is asked for",
    "Derivation.parent": "a price list within a price list; asked for by itself as a node",
    "FieldChange.pieces": "what differs between `before` and `after`, which are asked for",
    "Mutation.endOtherSessions": "names nothing, ends one's own sign-ins",
    "Mutation.endSession": "finds one's own sign-ins alone (tests/identities)",
    "Mutation.requestPasswordReset": "one answer for every address (tests/identities)",
    "Mutation.signOut": "names nothing, ends one's own sign-in",
    "Query.nodes": "asked of what has ended, and without a sign-in",
    "TextPiece.change": "as FieldChange.pieces",
    "TextPiece.text": "as FieldChange.pieces",
    "Mutation.requestTrial": "one answer for every address (tests/identities)",
    "PasswordResetRequested.ok": "the one answer there is",
    "EmailProved.ok": "the one answer there is",
    "PasswordSet.ok": "the one answer there is",
    "SessionsEnded.number": "counts one's own sign-ins",
    "SignedOut.ok": "says that one's own sign-in has ended",
}
"""The fields that no document of the matrix asks for, and why."""


ONLY_OF_COMMANDS = frozenset(
    {
        "AdjustedPoints",
        "ApprovalManagerSet",
        "CarrierSecrets",
        "CouponBatch",
        "CreatedApiKey",
        "CreatedCarrier",
        "SecondFactorConfirmed",
        "SecondFactorRemoved",
        "SecondFactorRequirement",
        "SecondFactorResetAllowed",
        "SecondFactorSecret",
        "SecondStepNeeded",
        "CreatedWebhook",
        "CustomersHandedOver",
        "HandOverCancelled",
        "DeletedSavedCart",
        "DeliveryCalendarSet",
        "FilledCart",
        "FilledLine",
        "IdentityProviderAnswers",
        "ProviderLinkForgotten",
        "ProviderSignInBegun",
        "MarkedNotifications",
        "ReadAnnouncements",
        "MovedCartLines",
        "NetworkJobDecision",
        "OrderChangePreview",
        "OrderLineDifference",
        "OrderQuantityRulesSet",
        "PriceRowFault",
        "PricesOutsideBandDecision",
        "PutPriceChangesOutcome",
        "Refusal",
        "UploadTicket",
        "RegistrationConfirmed",
        "RegistrationReceived",
        "RefusalDetail",
        "RemovedWebhook",
        "StockBandsSet",
        "StockThresholdRemoved",
        "RoleReplacement",
        "RotatedCarrierSecrets",
        "RotatedWebhookSecret",
        "SignedIn",
        "SignedOut",
        "SourcingRules",
        "StockChange",
        "StockCount",
        "StockDifference",
        "TrialRequested",
        "Workplace",
    }
)
"""Types that only commands answer with: who is refused gets a refusal, whatever is asked of it."""


def all_fields() -> frozenset[str]:
    """Every field of every type of the schema."""
    return frozenset(
        f"{found.name}.{name}"
        for found in schema().type_map.values()
        if isinstance(found, GraphQLObjectType) and not found.name.startswith("__")
        for name in found.fields
    )


def cells() -> Mapping[str, int]:
    """How many cells there are of each kind."""
    uses = dict.fromkeys(("query", "mutation", "subscription"), 0)
    for name, cases in CASES.items():
        is_command = root_fields()[name] == "mutation"
        drafts = is_command * sum(of_drafts(case) is not None for case in cases)
        uses[root_fields()[name]] += len(cases) + drafts
    nodes = sum(map(len, NODES.values()))
    everybody = ASKERS + ONLY_THE_DATABASE
    return {
        "Fields of types": len(all_fields()) * everybody,
        "Uses of queries": uses["query"] * everybody,
        "Uses of commands, for each id that they take": uses["mutation"] * everybody,
        "Things of every node type": nodes * everybody,
        "Uses of subscriptions": uses["subscription"] * everybody,
        "Pages after another's cursor": len(listings()) * everybody,
        "Tickets for files": ASKERS,
        "Unique keys": len([*unique_keys()]),
        "Listeners and duties": len(JOBS) * 2,
        "What has ended or is gone": len(ENDS) * 2 * 2,
    }


class _Fields(Visitor):
    def __init__(self, info: TypeInfo, found: set[str]) -> None:
        super().__init__()
        self._info, self._found = info, found

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._info.get_parent_type()
        if isinstance(parent, GraphQLObjectType) and not node.name.value.startswith("__"):
            self._found.add(f"{parent.name}.{node.name.value}")


def _texts() -> Iterator[str]:
    yield from (question.text for question in (*questions("query"), *questions("mutation")))
    yield from (question.text for question in walks())
    for kind in NODES:
        yield f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {shown_fields(kind, 2)} }} }}"
    for name, root in root_fields().items():
        if root == "subscription":
            yield document(name, 3)
