"""All tables of all packages in one place, for migrations and for tests that walk them."""

from types import MappingProxyType

from app.announcements import models as announcements
from app.approvals import models as approvals
from app.assortments import models as assortments
from app.audit import models as audit
from app.budgets import models as budgets
from app.care import models as care
from app.carriers import models as carriers
from app.catalog import models as catalog
from app.checkout import models as checkout
from app.closing import models as closing
from app.db import counters, idempotency, outbox, revisions
from app.db.tables import Table
from app.deliverydays import models as deliverydays
from app.exchange import models as exchange
from app.finance import models as finance
from app.fulfilment import models as fulfilment
from app.identities import models as identities
from app.inventory import models as inventory
from app.jobs import models as jobs
from app.listings import models as listings
from app.notifications import models as notifications
from app.ordering import models as ordering
from app.orders import models as orders
from app.organisations import models as organisations
from app.packing import models as packing
from app.people import models as people
from app.pricing import models as pricing
from app.promotions import models as promotions
from app.rbac import models as rbac
from app.storage import models as storage
from app.tenants import models as tenants
from app.webhooks import models as webhooks

PACKAGES = (
    announcements,
    approvals,
    assortments,
    audit,
    carriers,
    care,
    budgets,
    catalog,
    checkout,
    closing,
    counters,
    exchange,
    deliverydays,
    finance,
    fulfilment,
    idempotency,
    identities,
    inventory,
    jobs,
    listings,
    notifications,
    ordering,
    orders,
    organisations,
    outbox,
    packing,
    people,
    pricing,
    promotions,
    rbac,
    revisions,
    storage,
    tenants,
    webhooks,
)
METADATA = Table.metadata
CLOSED_AT = MappingProxyType(
    {
        "price_entry": "known_until",
        "price_list_terms": "known_until",
        "trade_scheme_version": "known_until",
    }
)
"""Tables whose rows are closed and written anew: the application may set this column, no other."""

APPEND_ONLY = frozenset(
    {
        "audit_entry",
        "audit_seal",
        "audit_sealed_entry",
        "former_ancestry",
        "invoice_allocation",
        "ledger_entry",
        "order_quote",
        "outbox_event",
        "points_entry",
        "prepaid_movement",
        "statement_answer",
        "stock_move",
        "stock_status_change",
        "tracking_event",
    }
)
