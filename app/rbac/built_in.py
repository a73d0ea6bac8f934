"""The built-in roles, with the powers that the requirements give them (R3-29..R3-48, R0-22)."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.kernel.actor import Scope
from app.rbac.permissions import Permission as P  # noqa: N817  # named on every line below


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role that every tenant has from the start and nobody can change."""

    code: str
    name: str
    description: str
    grants: Mapping[P, Scope]


def _in(scope: Scope, *permissions: P) -> dict[P, Scope]:
    return dict.fromkeys(permissions, scope)


_TENANT_WIDE = _in(
    Scope.TENANT,
    P.API_KEY_WRITE,
    P.AUDIT_READ,
    P.JOB_READ,
    P.JOB_REPLAY,
    P.MEMBER_READ,
    P.MEMBER_WRITE,
    P.ORGANISATION_MOVE,
    P.ORGANISATION_READ,
    P.ORGANISATION_WRITE,
    P.ROLE_READ,
    P.ROLE_WRITE,
    P.TENANT_SETTINGS,
)
_TRADE = tuple(
    permission
    for permission in P
    if permission not in {P.TENANT_MANAGE, P.TENANT_SETTINGS} and permission not in _TENANT_WIDE
)

SYSTEM_ADMIN = BuiltInRole(
    "SYSTEM_ADMIN",
    "System administrator",
    "Runs the network: organisations, people, roles and settings; sees no prices (R3-30..R3-34).",
    _TENANT_WIDE,
)
ENTERPRISE_ADMIN = BuiltInRole(
    "ENTERPRISE_ADMIN",
    "Enterprise administrator",
    "Runs one organisation: products, prices, orders, customers, people (R3-35..R3-37).",
    {
        permission: Scope.BRANCH if Scope.BRANCH in permission.scopes else Scope.ORGANISATION
        for permission in (
            *_TRADE,
            P.API_KEY_WRITE,
            P.AUDIT_READ,
            P.MEMBER_READ,
            P.MEMBER_WRITE,
            P.ORGANISATION_MOVE,
            P.ORGANISATION_READ,
            P.ORGANISATION_WRITE,
            P.ROLE_READ,
            P.ROLE_WRITE,
        )
    },
)
SALES = BuiltInRole(
    "SALES",
    "Sales representative",
    "Looks after assigned customers: orders for them, books carriers, confirms receipt (R3-38).",
    _in(
        Scope.ASSIGNED,
        P.ANNOUNCEMENT_WRITE,
        P.CARRIER_BOOK,
        P.CATALOGUE_READ,
        P.CONTACT_LOG_WRITE,
        P.DISCOUNT_GRANT,
        P.EXCEPTION_WRITE,
        P.INVOICE_READ,
        P.ORDER_CANCEL,
        P.ORDER_PLACE_FOR_CUSTOMER,
        P.ORDER_READ,
        P.RECEIPT_CONFIRM,
        P.RELATIONSHIP_READ,
        P.TICKET_READ,
        P.TICKET_WRITE,
    )
    | _in(Scope.ORGANISATION, P.ORGANISATION_READ, P.SCHEME_READ, P.STOCK_READ),
)
SERVICE = BuiltInRole(
    "SERVICE",
    "Customer service",
    "Reviews orders and follows up on exceptions (R3-42, R1-16, R1-29).",
    _in(
        Scope.ORGANISATION,
        P.CONTACT_LOG_WRITE,
        P.EXCEPTION_WRITE,
        P.INVOICE_READ,
        P.ORDER_READ,
        P.ORDER_REVIEW,
        P.ORGANISATION_READ,
        P.RELATIONSHIP_READ,
        P.TICKET_READ,
        P.TICKET_WRITE,
    ),
)
WAREHOUSE = BuiltInRole(
    "WAREHOUSE",
    "Warehouse keeper",
    "Keeps stock, prepares and ships orders (R3-46..R3-48).",
    _in(
        Scope.ORGANISATION,
        P.CARRIER_BOOK,
        P.ORDER_ALLOCATE,
        P.ORDER_READ,
        P.ORGANISATION_READ,
        P.PREPARATION_WRITE,
        P.SHIPMENT_WRITE,
        P.STOCK_READ,
        P.STOCK_WRITE,
        P.TICKET_READ,
        P.TICKET_WRITE,
    ),
)
BUYER = BuiltInRole(
    "BUYER",
    "Buyer",
    "Orders for the own organisation and receives the goods (R3-10, R0-22).",
    _in(
        Scope.ORGANISATION,
        P.CATALOGUE_READ,
        P.INVOICE_READ,
        P.ORDER_CANCEL,
        P.ORDER_PLACE,
        P.ORDER_READ,
        P.ORGANISATION_READ,
        P.RECEIPT_CONFIRM,
        P.RECEIPT_SIGN,
        P.RELATIONSHIP_READ,
        P.STATEMENT_ANSWER,
        P.TICKET_READ,
        P.TICKET_WRITE,
    ),
)
PRODUCT_MANAGER = BuiltInRole(
    "PRODUCT_MANAGER",
    "Product manager",
    "Keeps the products: names, packs, listing and delisting; sets no prices (R2-8).",
    _in(
        Scope.ORGANISATION,
        P.CATALOGUE_READ,
        P.ORGANISATION_READ,
        P.PRICE_READ,
        P.PRODUCT_WRITE,
        P.SCHEME_READ,
        P.STOCK_READ,
    ),
)
OPERATIONS = BuiltInRole(
    "OPERATIONS",
    "Operations",
    "Drafts schemes and prices for others to approve, and watches orders and stock (R1-1).",
    _in(
        Scope.ORGANISATION,
        P.ANNOUNCEMENT_WRITE,
        P.CATALOGUE_READ,
        P.EXCEPTION_WRITE,
        P.ORDER_READ,
        P.ORGANISATION_READ,
        P.PRICE_READ,
        P.PRICE_WRITE,
        P.RELATIONSHIP_READ,
        P.SCHEME_READ,
        P.SCHEME_WRITE,
        P.STOCK_READ,
        P.TICKET_READ,
        P.TICKET_WRITE,
    ),
)
PURCHASING = BuiltInRole(
    "PURCHASING",
    "Purchasing",
    "Orders what is short from suppliers and follows it until it is received (R1-1, R0-22).",
    _in(
        Scope.ORGANISATION,
        P.CATALOGUE_READ,
        P.INVOICE_READ,
        P.ORDER_CANCEL,
        P.ORDER_PLACE,
        P.ORDER_READ,
        P.ORGANISATION_READ,
        P.PROCUREMENT_WRITE,
        P.RECEIPT_CONFIRM,
        P.RELATIONSHIP_READ,
        P.STATEMENT_ANSWER,
        P.STOCK_READ,
        P.TICKET_READ,
        P.TICKET_WRITE,
    ),
)
LOGISTICS = BuiltInRole(
    "LOGISTICS",
    "Logistics",
    "Books carriers, hands shipments over, follows up on what goes wrong on the way (R1-1).",
    _in(
        Scope.ORGANISATION,
        P.CARRIER_BOOK,
        P.CARRIER_WRITE,
        P.EXCEPTION_WRITE,
        P.ORDER_READ,
        P.ORGANISATION_READ,
        P.SHIPMENT_WRITE,
        P.STOCK_READ,
        P.TICKET_READ,
        P.TICKET_WRITE,
    ),
)
BUILT_IN_ROLES = (
    SYSTEM_ADMIN,
    ENTERPRISE_ADMIN,
    SALES,
    SERVICE,
    WAREHOUSE,
    BUYER,
    PRODUCT_MANAGER,
    OPERATIONS,
    PURCHASING,
    LOGISTICS,
)
