"""For each invariant, by book and name, what breaks it: SQL of the owner, past the application.

`WITHOUT` names constraints of the database that would stop it, by table.
"""

_LINES = "order_line"


def _plus_one(table: str, column: str) -> tuple[str, ...]:
    return (f"UPDATE {table} SET {column} = {column} + 1",)


def _account(name: str) -> tuple[str, ...]:
    return (f"UPDATE ledger_entry SET amount = amount + 1 WHERE account = '{name}'",)


def _quoted(path: str) -> tuple[str, ...]:
    changed = f"jsonb_set(quote, '{{quote,{path}}}', '\"7777\"')"
    return (f"UPDATE order_quote SET quote = {changed}",)


_DELETE_ONE = "DELETE FROM {table} WHERE id = (SELECT id FROM {table} WHERE {which} LIMIT 1)"


def _without_one(table: str, which: str) -> tuple[str, ...]:
    return (_DELETE_ONE.format(table=table, which=which),)


_MOVED = """
    INSERT INTO organisation_move (tenant_id, id, organisation_id, former_parent_id, new_parent_id,
        keeps_supplier, terms, asked_by_organisation_id, asked_by_membership_id, is_network_wide,
        asked_at, effective_at, state)
    SELECT tenant_id, gen_random_uuid(), organisation_id, organisation_id, organisation_id,
        false, '{}', organisation_id, id, false, now(), now(), 'DONE' FROM membership LIMIT 1
"""

_CONSENT = """
    INSERT INTO branch_consent (tenant_id, id, above_id, below_id, above_name, below_name,
        permission, note, offered_by_membership_id, offered_at, state)
    SELECT asked.tenant_id, asked.id, asked.organisation_id, below.descendant_id, 'A', 'B',
        'STOCK_READ', '', asked.id, now(), 'OFFERED'
    FROM membership asked JOIN organisation_ancestry below
        ON below.tenant_id = asked.tenant_id AND below.ancestor_id = asked.organisation_id
        AND below.distance = 1
    LIMIT 1"""

_AGAIN = """
    INSERT INTO assigned_rep (tenant_id, relationship_id, membership_id, assigned_at)
    SELECT t.tenant_id, t.id, m.id, {at}
    FROM trading_relationship t JOIN membership m ON m.tenant_id = t.tenant_id
    ORDER BY t.id, m.id LIMIT 1"""
_AREA = """
    INSERT INTO territory (tenant_id, id, seller_id, name)
    SELECT tenant_id, gen_random_uuid(), seller_id, 'Area' FROM trading_relationship LIMIT 1"""

_TRANSFER = """
    INSERT INTO stock_transfer (tenant_id, id, organisation_id, from_warehouse_id, to_warehouse_id,
        note, sent_at)
    SELECT tenant_id, id, organisation_id, id, id, '', now() FROM warehouse ORDER BY id LIMIT 1"""
_SENT = """
    INSERT INTO stock_transfer_line (tenant_id, transfer_id, lot_id, sku_id, sent)
    SELECT t.tenant_id, t.id, l.id, l.sku_id, 1
    FROM stock_transfer t JOIN stock_lot l ON l.tenant_id = t.tenant_id ORDER BY l.id LIMIT 1"""
_QUOTA = """
    INSERT INTO stock_quota (tenant_id, id, organisation_id, sku_id, pieces, period, starts_on,
        created_at)
    SELECT tenant_id, id, organisation_id, sku_id, 1, 'WHOLE', '2026-01-01', '2026-01-01'
    FROM stock_lot ORDER BY id LIMIT 1"""
_ENTRY = """
    INSERT INTO quota_entry (tenant_id, quota_id, source_line_id, starts_on, relationship_id,
        pieces)
    SELECT tenant_id, quota_id, quota_id, starts_on, relationship_id, used FROM quota_use"""


def _used(pieces: int) -> str:
    return f"""
    INSERT INTO quota_use (tenant_id, quota_id, relationship_id, starts_on, most, used)
    SELECT q.tenant_id, q.id, r.id, q.starts_on, 5, {pieces}
    FROM stock_quota q JOIN trading_relationship r ON r.tenant_id = q.tenant_id
    ORDER BY r.id LIMIT 1"""


_BUDGET = """
    INSERT INTO spending_budget (tenant_id, id, organisation_id, name, currency, period,
        period_limit, outcome, time_zone, starts_on, created_at)
    SELECT tenant_id, id, buyer_id, 'B', currency, 'MONTH', 5, 'REFUSE', 'UTC', '2026-01-01',
        '2026-01-01'
    FROM orders WHERE state = 'COMPLETED' ORDER BY id LIMIT 1"""


def _spent(used: int) -> str:
    return f"""
    INSERT INTO spending_use (tenant_id, budget_id, starts_on, most, used)
    SELECT tenant_id, id, starts_on, 5, {used} FROM spending_budget"""


def _spending(amount: str) -> str:
    return f"""
    INSERT INTO spending_entry (tenant_id, id, budget_id, starts_on, order_id, amount, counted_at)
    SELECT b.tenant_id, b.id, b.id, b.starts_on, o.id, {amount}, b.created_at
    FROM spending_budget b JOIN orders o ON o.tenant_id = b.tenant_id AND o.id = b.id"""


_MOST = "UPDATE spending_use SET most = NULL, used = (SELECT sum(amount) FROM spending_entry)"
_CANCELLED = "UPDATE orders SET state = 'CANCELLED' WHERE id IN (SELECT id FROM spending_budget)"

_FILE = """
    WITH file AS (
        INSERT INTO stored_file (tenant_id, id, organisation_id, purpose, file_name, size,
            media_type, sha256, created_at, stored_at)
        SELECT tenant_id, id, organisation_id, 'IMPORT', 'prices.csv', 3, 'text/csv',
            encode(sha256('a,b'), 'hex'), now(), now()
        FROM membership ORDER BY id LIMIT 1
        RETURNING tenant_id, id
    )
    INSERT INTO stored_file_part (tenant_id, file_id, number, content)
    SELECT tenant_id, id, 1, 'a,b' FROM file"""


def _run(counts: str) -> str:
    """An import that has counted a row that is not there."""
    ones = ", ".join("1" for _ in counts.split(","))
    zeros = [name for name in ("rows", "good", "bad", "written") if name not in counts]
    more = "".join(f", {name}" for name in zeros)
    return f"""
    INSERT INTO import_run (tenant_id, id, organisation_id, membership_id, file_id, kind, state,
        mapping, created_at, {counts}{more})
    SELECT f.tenant_id, f.id, f.organisation_id, m.id, f.id, 'STOCK', 'CHECKED', '{{}}', now(),
        {ones}{", 0" * len(zeros)}
    FROM stored_file f JOIN membership m ON m.tenant_id = f.tenant_id ORDER BY m.id LIMIT 1"""


_PACKAGE = """
    INSERT INTO shipment_package (tenant_id, id, shipment_id, seller_id, number, sscc, packed_at)
    SELECT s.tenant_id, s.id, s.id, o.seller_id, 1, '069012340000000016', now()
    FROM shipment s JOIN orders o ON o.tenant_id = s.tenant_id AND o.id = s.order_id
    ORDER BY s.id LIMIT 1"""
_PLAN = """
    INSERT INTO delivery_plan (tenant_id, id, organisation_id, warehouse_id, driver_membership_id,
        day, vehicle, created_at)
    SELECT s.tenant_id, {id}, o.seller_id, w.id, o.placed_by_membership_id, '2026-11-30', 'Van',
        now()
    FROM shipment s
    JOIN orders o ON o.tenant_id = s.tenant_id AND o.id = s.order_id
    JOIN warehouse w ON w.tenant_id = s.tenant_id AND w.organisation_id = o.seller_id
    ORDER BY s.id, w.id LIMIT 1"""
_PLANS = (_PLAN.format(id="s.id"), _PLAN.format(id="gen_random_uuid()"))
_STOPS = """
    INSERT INTO delivery_stop (tenant_id, plan_id, shipment_id, position)
    SELECT p.tenant_id, p.id, s.id, 1
    FROM delivery_plan p
    CROSS JOIN (SELECT id FROM shipment ORDER BY id LIMIT 1) s"""
_TEMPLATE = """
    INSERT INTO notification_template
        (tenant_id, id, organisation_id, kind, language, title, text, changed_at)
    SELECT tenant_id, id, id, 'ORDER_SHIPPED', 'EN', 'Gone', '{no_such}', now()
    FROM organisation"""
_ASSORTMENT = """
    INSERT INTO assortment (tenant_id, id, seller_id, name, purpose, created_at)
    SELECT tenant_id, id, buyer_id, 'Not its own', 'SOLD', now() FROM trading_relationship"""
_GIVEN = """
    INSERT INTO assortment_audience (tenant_id, id, assortment_id, relationship_id, valid_from)
    SELECT tenant_id, id, id, id, now() FROM trading_relationship"""


def _calendar(seller: str, weekdays: str) -> str:
    """A calendar for each customer, of one of the two and with some weekdays."""
    return f"""
    INSERT INTO delivery_calendar (tenant_id, id, seller_id, relationship_id, weekdays, holidays,
        cut_off_minute, lead_days, time_zone)
    SELECT tenant_id, id, {seller}, id, '{weekdays}', '[]', 0, 0, 'UTC'
    FROM trading_relationship"""


TAMPERING: dict[str, tuple[str, ...]] = {
    "announcements/announcements-say-something": ("DELETE FROM announcement_text",),
    "announcements/announcements-are-for-somebody": ("UPDATE announcement SET is_for_all = false",),
    "assortments/assortments-are-given-to-own-customers": (_ASSORTMENT, _GIVEN),
    "delivery-days/calendars-are-of-own-customers": (_calendar("buyer_id", "[1]"),),
    "delivery-days/calendars-have-days": (_calendar("seller_id", "[]"),),
    "words/templates-name-what-is-known": (_TEMPLATE,),
    "care/tickets-are-of-relationships": ("UPDATE ticket SET buyer_id = seller_id",),
    "care/tickets-are-noted": ("UPDATE ticket SET state = 'IN_PROGRESS'",),
    "care/answers-are-messages": ("UPDATE ticket SET answered_at = now()",),
    "tree/ancestry-is-parents": (
        "UPDATE organisation_ancestry SET distance = distance + 1 WHERE distance > 0",
    ),
    "tree/moves-are-noted": (_MOVED,),
    "reps/reps-count-once": (
        _AGAIN.format(at="now() - interval '2 days'"),
        _AGAIN.format(at="now() - interval '1 day'"),
    ),
    "reps/reps-are-of-the-territory": (
        _AREA,
        _AGAIN.format(at="now() - interval '2 days'"),
        "UPDATE assigned_rep SET territory_id = (SELECT id FROM territory LIMIT 1)",
    ),
    "consents/consents-reach-down": (
        _CONSENT,
        "UPDATE branch_consent SET below_id = above_id",
    ),
    "consents/consents-are-of-below": (
        _CONSENT,
        """UPDATE branch_consent SET state = 'REFUSED', decided_at = now(),
            decided_by_membership_id = offered_by_membership_id""",
    ),
    "consents/consents-are-signed": (
        _CONSENT,
        "UPDATE branch_consent SET state = 'ACCEPTED'",
    ),
    "imports/import-rows-is-rows": (_FILE, _run("rows")),
    "imports/import-good-is-rows": (_FILE, _run("rows, good")),
    "imports/import-bad-is-rows": (_FILE, _run("rows, bad")),
    "imports/import-written-is-rows": (_FILE, _run("rows, good, written")),
    "files/files-have-their-bytes": (
        _FILE,
        "UPDATE stored_file SET sha256 = 'other bytes' WHERE sha256 IS NOT NULL",
    ),
    "files/files-have-their-size": (_FILE, "UPDATE stored_file SET size = size + 1"),
    "files/parts-are-numbered": (_FILE, "UPDATE stored_file_part SET number = 2"),
    "stock/on-hand-is-moves": _plus_one("stock_balance", "on_hand"),
    "stock/lot-is-moves": _plus_one("lot_balance", "on_hand"),
    "stock/reserved-is-reservations": (
        "UPDATE stock_balance SET reserved = reserved - 1 WHERE reserved > 0",
    ),
    "stock/allocated-is-allocations": (
        "UPDATE lot_balance SET allocated = allocated - 1 WHERE allocated > 0",
    ),
    "stock/reservation-is-allocations": _plus_one("reservation", "quantity"),
    "stock/never-oversold": ("UPDATE stock_balance SET reserved = on_hand + 1",),
    "stock/lot-never-oversold": ("UPDATE lot_balance SET allocated = on_hand + 1",),
    "stock/status-is-changes": (
        "UPDATE lot_balance SET on_hand = on_hand + 1, damaged = 1",
        "UPDATE stock_balance SET on_hand = on_hand + 1, held = 1",
    ),
    "stock/held-is-lots": ("UPDATE stock_balance SET on_hand = on_hand + 1, held = 1",),
    "stock/held-back-is-not-promised": ("UPDATE lot_balance SET blocked = on_hand + 1",),
    "stock/transfer-is-moves": (_TRANSFER, _SENT),
    "stock/transfer-is-counted": (_TRANSFER, "UPDATE stock_transfer SET received_at = now()"),
    "stock/quota-use-is-entries": (_QUOTA, _used(1)),
    "stock/quota-never-exceeded": (_QUOTA, _used(2), _ENTRY),
    "budgets/budget-use-is-entries": (_BUDGET, _spent(1)),
    "budgets/budget-never-exceeded": (_BUDGET, _spent(6), _spending("6")),
    "budgets/budget-held-by-orders-under-way": (_BUDGET, _spent(1), _spending("1"), _CANCELLED),
    "budgets/budget-holds-no-more-than-orders": (
        _BUDGET,
        _spent(1),
        _spending("o.total + 1"),
        _MOST,
    ),
    "money/debit-is-credit": _account("CASH"),
    "money/receivable": _account("RECEIVABLE"),
    "money/advance": _account("ADVANCE"),
    "money/deposit": ("UPDATE ledger_entry SET account = 'DEPOSIT' WHERE account = 'TAX'",),
    "money/revenue": _account("REVENUE"),
    "money/tax": _account("TAX"),
    "money/cash": _account("CASH"),
    "money/statement-is-books": _account("RECEIVABLE"),
    "money/prepaid": _account("PREPAID"),
    "money/balance-is-movements": _plus_one("prepaid_account", "balance"),
    "money/orders-take-from-balance": (
        "UPDATE prepaid_movement SET cause = 'TOP_UP' WHERE cause = 'ORDER'",
    ),
    "money/invoice-net": _plus_one("invoice_line", "net"),
    "money/invoice-tax": _plus_one("invoice_line", "tax"),
    "money/invoice-deposits": _plus_one("invoice_line", "deposit"),
    **{
        f"money/credit-note-{name}": _plus_one("credit_note_line", column)
        for name, column in (("net", "net"), ("tax", "tax"), ("deposits", "deposit"))
    },
    "money/paid-is-allocated": (
        "UPDATE invoice_allocation SET amount = amount + 1 WHERE payment_id IS NOT NULL",
    ),
    "money/payment-is-allocated": _plus_one("payment", "amount"),
    "money/credit-is-allocated": (
        "UPDATE invoice_allocation SET amount = amount + 1 WHERE credit_note_id IS NOT NULL",
    ),
    "money/credited-is-billed": ("UPDATE credit_note_line SET quantity = quantity + 1000",),
    "money/invoice-numbers": _plus_one("invoice", "number"),
    "money/invoice-counter": _plus_one("document_counter", "last_number"),
    "orders/ordered-is-accounted-for": _plus_one(_LINES, "cancelled"),
    "orders/shipped-is-known": _plus_one(_LINES, "lost"),
    "orders/set-aside-is-reserved": _plus_one("reservation", "quantity"),
    "orders/waiting-is-short": ("UPDATE shortage SET covered = 1",),
    "orders/order-net": ("UPDATE orders SET net = net + 1, total = total + 1",),
    "orders/order-tax": ("UPDATE orders SET tax = tax + 1, total = total + 1",),
    "orders/order-deposits": ("UPDATE orders SET deposits = deposits + 1, total = total + 1",),
    "orders/order-total": _plus_one("orders", "total"),
    "orders/line-count": _plus_one(_LINES, "position"),
    "orders/paid-is-payments": _plus_one("orders", "paid"),
    "orders/invoiced-has-invoice": ("UPDATE orders SET invoice_status = 'NOT_INVOICED'",),
    "orders/billed-is-received": _plus_one("invoice_line", "quantity"),
    "orders/only-confirmed-hold-stock": ("UPDATE orders SET state = 'CANCELLED'",),
    "orders/waits-for-approval": ("UPDATE approval_step SET status = 'WITHDRAWN'",),
    "orders/counted-once": ("UPDATE counted_order SET status = 'GIVEN_BACK'",),
    "states/state-is-roll-up": ("UPDATE orders SET state = 'RECEIVED' WHERE state <> 'COMPLETED'",),
    "quotes/order-has-quote": ("DELETE FROM order_quote",),
    "quotes/quoted-lines": (
        """UPDATE order_quote
        SET quote = jsonb_set(quote, '{quote,lines,7}', quote #> '{quote,lines,0}')""",
    ),
    **{f"quotes/quote-{name}": _quoted(name) for name in ("net", "tax", "deposits", "total")},
    **{
        f"quotes/quoted-{name}": _quoted(f"lines,0,{name}")
        for name in ("net", "tax", "gross", "deposit", "quantity")
    },
    "quotes/steps-follow": _quoted("lines,0,steps,0,after"),
    "quotes/steps-end-at-gross": _quoted("lines,0,steps,-1,after"),
    "shipments/line-shipped": (
        "UPDATE order_line SET in_transit = 29, shipped = 29 WHERE in_transit = 30",
    ),
    "shipments/line-in-transit": (
        "UPDATE order_line SET in_transit = 29, lost = 1 WHERE in_transit = 30",
    ),
    "shipments/line-signed": (
        "UPDATE order_line SET in_transit = 29, signed = 1 WHERE in_transit = 30",
    ),
    "shipments/line-refused": (
        "UPDATE order_line SET in_transit = 29, refused = 1 WHERE in_transit = 30",
    ),
    "shipments/line-lost": (
        "UPDATE order_line SET in_transit = 29, lost = 1 WHERE in_transit = 30",
    ),
    "shipments/line-received": (
        "UPDATE order_line SET received = received - 1 WHERE received > 0",
    ),
    "shipments/task-planned": (
        "UPDATE pick_task SET planned = planned - 1 WHERE planned > shipped",
    ),
    "shipments/task-shipped": ("UPDATE pick_task SET shipped = shipped - 1 WHERE shipped > 0",),
    "shipments/stock-gone": (
        "UPDATE stock_move SET quantity = quantity - 1 WHERE cause = 'SHIPMENT'",
    ),
    "shipments/stock-back": (
        "UPDATE stock_move SET cause = 'RETURN_TO_WAREHOUSE' WHERE cause = 'SHIPMENT'",
    ),
    "shipments/planned-shipments": _plus_one("orders", "planned_shipments"),
    "packages/packages-hold-what-travels": (_PACKAGE,),
    "packages/packages-are-counted": (_PACKAGE, "UPDATE shipment_package SET number = 2"),
    "packages/packages-are-well-numbered": (
        _PACKAGE,
        "UPDATE shipment_package SET sscc = '069012340000000017'",
    ),
    "shipments/proofs-are-files": (
        _FILE,
        "UPDATE shipment SET photo_id = (SELECT id FROM stored_file LIMIT 1)",
    ),
    "shipments/shipments-stand-in-one-plan": (*_PLANS, _STOPS),
    "shipments/plans-are-of-one-organisation": (
        _PLANS[0],
        _STOPS,
        """UPDATE delivery_plan SET organisation_id = (SELECT o.buyer_id FROM shipment s
        JOIN orders o ON o.tenant_id = s.tenant_id AND o.id = s.order_id ORDER BY s.id LIMIT 1)""",
    ),
    "shipments/plans-depart-or-are-cancelled": (
        _PLANS[0],
        "UPDATE delivery_plan SET departed_at = now(), cancelled_at = now(), cancel_reason = 'Ice'",
    ),
    "shipments/signed-before-proven": (
        "UPDATE shipment SET rating = 5, rated_at = now() WHERE signed_at IS NULL",
    ),
    "schemes/budget-uses": _plus_one("scheme_budget", "uses"),
    "schemes/budget-money": _plus_one("scheme_budget", "money_used"),
    "schemes/budget-goods": _plus_one("scheme_budget", "goods_used"),
    "schemes/buyer-scheme-uses": _plus_one("scheme_standing", "uses"),
    "schemes/buyer-scheme-money": _plus_one("scheme_standing", "money"),
    "schemes/buyer-scheme-goods": _plus_one("scheme_standing", "goods"),
    "schemes/buyer-scheme-purchases": _plus_one("scheme_standing", "purchased_amount"),
    "schemes/buyer-scheme-pieces": _plus_one("scheme_standing", "purchased_quantity"),
    "schemes/buyer-orders": _plus_one("buyer_standing", "orders_placed"),
    "schemes/buyer-purchases": _plus_one("buyer_standing", "purchased_amount"),
    "schemes/points-are-entries": _plus_one("points_entry", "points"),
    "schemes/points-are-lots": (
        "UPDATE points_lot SET remaining = remaining - 1 WHERE remaining > 0",
    ),
    "schemes/coupon-uses": _plus_one("coupon", "uses"),
    "trail/states-are-noted": _without_one("audit_entry", "action = 'HAND_OVER'"),
    "trail/changes-are-told": _without_one("outbox_event", "data ->> 'command' = 'ALLOCATE'"),
    "trail/orders-are-noted": _without_one("audit_entry", "action = 'CREATE'"),
    "trail/payments-are-noted": _without_one(
        "audit_entry", "action = 'RECORD_PAYMENT' AND subject_kind = 'payment'"
    ),
    "trail/invoices-are-noted": _without_one("audit_entry", "action = 'ISSUE_INVOICE'"),
    "trail/credit-notes-are-noted": _without_one("audit_entry", "action = 'ISSUE_CREDIT_NOTE'"),
    "trail/shipments-are-noted": _without_one("audit_entry", "action = 'BOOK_CARRIER'"),
    "trail/sealed-or-waiting": ("DELETE FROM audit_unsealed_entry",),
    "trail/sealed-are-there": ("DELETE FROM audit_entry",),
    "trail/seals-have-no-gap": _plus_one("audit_seal", "number"),
    "events/signals-have-events": ("UPDATE platform.outbox_signal SET kind = 'something_else'",),
    "events/handled-are-events": ("DELETE FROM outbox_event",),
    "events/jobs-have-events": (
        """INSERT INTO platform.job
        SELECT tenant_id, tenant_id, 'tell_people', 'default', now(), now(), 0, 0, 0
        FROM orders LIMIT 1""",
    ),
    "events/heard-or-waiting": ("DELETE FROM handled_event",),
    "events/dead-have-letters": (
        """INSERT INTO platform.job
        SELECT tenant_id, id, 'tell_people', 'default', now(), NULL, 0, 0, 0
        FROM outbox_event WHERE kind = 'order_confirmed'""",
    ),
    "events/chosen-is-wanted": (
        """INSERT INTO platform.job_choice
        SELECT tenant_id, 'hear_for_webhooks', 'order_changed', id FROM orders LIMIT 1""",
    ),
    "events/told-is-handled": ("DELETE FROM handled_event WHERE handler = 'tell_people'",),
    "events/told-once": _without_one("outbox_event", "kind = 'notification_created'"),
    "events/sent-is-handled": ("DELETE FROM handled_event WHERE handler = 'send_email'",),
    "events/digests-send-all": (
        """INSERT INTO notification_digest
        SELECT tenant_id, id, membership_id, now(), NULL FROM notification
        WHERE email_status = 'SENT'""",
        "UPDATE notification SET digest_id = id WHERE email_status = 'SENT'",
    ),
    "keys/keys-have-results": (
        "DELETE FROM cart_line",
        "UPDATE idempotency_key SET operation = 'unknown'",
    ),
    "keys/one-key-one-result": (
        """INSERT INTO idempotency_key
        SELECT tenant_id, membership_id, key || '-again', operation, body_hash, result_id, used_at
        FROM idempotency_key""",
    ),
    "unheard/all-are-heard": ("DELETE FROM handled_event WHERE handler = 'tell_people'",),
    "unheard/all-are-told": ("DELETE FROM notification",),
    "unheard/all-mail-is-handled": ("DELETE FROM handled_event WHERE handler = 'send_email'",),
}
WITHOUT: dict[str, tuple[tuple[str, str], ...]] = {
    "stock/held-back-is-not-promised": (("lot_balance", "ck_lot_balance_held_within_on_hand"),),
    "stock/never-oversold": (
        ("stock_balance", "ck_stock_balance_never_oversold"),
        ("stock_balance", "ck_stock_balance_held"),
    ),
    "stock/lot-never-oversold": (
        ("lot_balance", "ck_lot_balance_never_oversold"),
        ("lot_balance", "ck_lot_balance_held_within_on_hand"),
    ),
    "budgets/budget-never-exceeded": (("spending_use", "ck_spending_use_never_exceeded"),),
    "orders/ordered-is-accounted-for": (("order_line", "ck_order_line_ordered_is_accounted_for"),),
    "orders/shipped-is-known": (("order_line", "ck_order_line_shipped_is_known"),),
    "orders/order-total": (("orders", "ck_orders_total"),),
}
