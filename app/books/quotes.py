"""Hold the quotes that orders keep against the orders, and their steps against each other."""

from app.db.checking import Invariant, SumsBook

_SHARED = """
    kept AS (
        SELECT q.order_id, q.quote -> 'quote' AS quote, o.net, o.tax, o.deposits, o.total,
            o.revision
        FROM order_quote q JOIN orders o
            ON o.tenant_id = q.tenant_id AND o.id = q.order_id AND o.revision = q.revision
        WHERE q.tenant_id = :tenant
    ), quoted AS (
        SELECT order_id, revision, line, position
        FROM kept, jsonb_array_elements(quote -> 'lines') WITH ORDINALITY AS l (line, position)
    ), ordered AS (
        SELECT order_id, revision, position, net, tax, gross, deposit, quantity
        FROM order_line WHERE tenant_id = :tenant
    ), step AS (
        SELECT order_id, position, (line ->> 'gross')::numeric AS gross,
            (s.step ->> 'before')::numeric AS before,
            coalesce(lag((s.step ->> 'after')::numeric) OVER one, 0) AS came,
            (s.step ->> 'after')::numeric AS after,
            s.place = count(*) OVER (PARTITION BY order_id, position) AS is_last
        FROM quoted, jsonb_array_elements(line -> 'steps') WITH ORDINALITY AS s (step, place)
        WINDOW one AS (PARTITION BY order_id, position ORDER BY s.place)
    )"""


def _total(amount: str) -> Invariant:
    return Invariant(
        f"quote-{amount}",
        f"an order's {amount} is not what its quote says",
        f"SELECT {amount}, (quote ->> '{amount}')::numeric, order_id FROM kept",  # noqa: S608  # our own words
    )


def _line(amount: str) -> Invariant:
    return Invariant(
        f"quoted-{amount}",
        f"{amount} of an order's line is not what its quote says",
        f"""SELECT ordered.{amount}, (quoted.line ->> '{amount}')::numeric,
            concat_ws('/', order_id, position)
        FROM quoted LEFT JOIN ordered USING (order_id, revision, position)""",  # noqa: S608  # our own words
    )


QUOTES = SumsBook(
    "quotes",
    _SHARED,
    (
        Invariant(
            "order-has-quote",
            "an order's present revision has no quote",
            """SELECT 1, (kept.order_id IS NOT NULL)::int, orders.id
            FROM orders LEFT JOIN kept ON kept.order_id = orders.id
            WHERE orders.tenant_id = :tenant""",
        ),
        Invariant(
            "quoted-lines",
            "an order has not as many lines as its quote",
            """SELECT count(ordered.*), jsonb_array_length(kept.quote -> 'lines'), kept.order_id
            FROM kept LEFT JOIN ordered USING (order_id, revision)
            GROUP BY kept.order_id, kept.quote""",
        ),
        *map(_total, ("net", "tax", "deposits", "total")),
        *map(_line, ("net", "tax", "gross", "deposit", "quantity")),
        Invariant(
            "steps-follow",
            "a step of a quote does not begin where the one before ended",
            "SELECT before, came, concat_ws('/', order_id, position) FROM step",
        ),
        Invariant(
            "steps-end-at-gross",
            "the last step of a quoted line does not end at its gross amount",
            "SELECT after, gross, concat_ws('/', order_id, position) FROM step WHERE is_last",
        ),
    ),
)
"""An order is what it was quoted, and every quote adds up step by step (F5)."""
