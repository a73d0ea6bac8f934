"""The judge that reads every statement of the tests knows what a cluster would not run."""

import pytest

from tests.support.cluster import faults

NO_TENANT = "orders is used without tenant_id = a constant"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM orders WHERE tenant_id = %(t)s::UUID AND number LIKE 'a%%'",
        (
            "SELECT o.id FROM orders o JOIN order_line l ON l.tenant_id = o.tenant_id"
            " AND l.order_id = o.id WHERE o.tenant_id = $1"
        ),
        (
            "SELECT o.id FROM orders o LEFT JOIN order_line l USING (tenant_id, id)"
            " WHERE l.tenant_id = $1"
        ),
        (
            "SELECT 1 FROM orders o WHERE o.tenant_id = $1 AND EXISTS (SELECT FROM order_line l"
            " WHERE (l.tenant_id, l.order_id) = (o.tenant_id, o.id))"
        ),
        (
            "WITH mine AS (SELECT * FROM orders WHERE tenant_id = $1) SELECT l.id FROM order_line l"
            " JOIN mine ON mine.tenant_id = l.tenant_id AND mine.id = l.order_id"
        ),
        (
            "WITH RECURSIVE up AS (SELECT tenant_id, id FROM organisation WHERE tenant_id = $1"
            " UNION ALL SELECT o.tenant_id, o.id FROM organisation o JOIN up"
            " ON up.tenant_id = o.tenant_id AND up.id = o.parent_id) SELECT id FROM up"
        ),
        (
            "UPDATE orders SET name = given.name FROM unnest($1::text[]) AS given(name)"
            " WHERE orders.tenant_id = $2 AND orders.number = given.name"
        ),
        "DELETE FROM orders WHERE tenant_id = $1 AND id = ANY($2)",
        (
            "INSERT INTO orders (tenant_id, id) VALUES ($1, $2) ON CONFLICT (tenant_id, id)"
            " DO UPDATE SET number = excluded.number"
        ),
        "BEGIN; SET LOCAL app.tenant_id = '018f0000-0000-7000-8000-000000000000'",
        "SELECT id FROM platform.tenant WHERE slug = $1",
        (
            "SELECT o.id, l.number FROM orders o CROSS JOIN LATERAL (SELECT count(*) AS number"
            " FROM order_line i WHERE i.tenant_id = o.tenant_id AND i.order_id = o.id) l"
            " WHERE o.tenant_id = $1"
        ),
        "SELECT set_config('work_mem', $1, true)",
    ],
)
def test_what_names_its_tenant_everywhere_passes(statement):
    assert faults(statement) == ()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("SELECT id FROM orders", NO_TENANT),
        ("SELECT id FROM orders WHERE tenant_id = $1 OR id = $2", NO_TENANT),
        ("SELECT id FROM orders WHERE tenant_id IN ($1, $2)", NO_TENANT),
        ("SELECT id FROM orders WHERE tenant_id <> $1", NO_TENANT),
        (
            (
                "SELECT o.id FROM orders o JOIN order_line l ON l.order_id = o.id"
                " WHERE o.tenant_id = $1"
            ),
            "order_line is used without tenant_id = a constant",
        ),
        # What holds inside an EXISTS says nothing of the rows around it.
        (
            (
                "SELECT 1 FROM orders o WHERE EXISTS (SELECT FROM order_line l"
                " WHERE l.tenant_id = o.tenant_id AND l.tenant_id = $1)"
            ),
            NO_TENANT,
        ),
        (
            (
                "SELECT 1 FROM order_line l WHERE l.tenant_id = $1"
                " AND l.order_id IN (SELECT id FROM orders)"
            ),
            NO_TENANT,
        ),
        ("SELECT count(*), (SELECT count(*) FROM orders) FROM platform.tenant", NO_TENANT),
        ("SELECT id FROM orders FOR UPDATE SKIP LOCKED", NO_TENANT),
        ("WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone", NO_TENANT),
        ("UPDATE orders SET number = 'x' WHERE id = $1", NO_TENANT),
        ("UPDATE orders SET tenant_id = $1 WHERE tenant_id = $2", "tenant_id is changed"),
        (
            (
                "INSERT INTO orders (tenant_id, id) VALUES ($1, $2) ON CONFLICT (tenant_id, id)"
                " DO UPDATE SET tenant_id = excluded.tenant_id"
            ),
            "tenant_id is changed",
        ),
        ("INSERT INTO orders (id) VALUES ($1)", "orders is written without tenant_id"),
        (
            "SELECT set_config('app.tenant_id', $1, true)",
            "set_config reaches no other machine; SET LOCAL does",
        ),
        ("SET app.tenant_id = ''", "SET app.tenant_id without LOCAL stays behind"),
        (
            "MERGE INTO orders o USING orders n ON o.id = n.id WHEN MATCHED THEN DELETE",
            "MERGE takes no values on a cluster",
        ),
    ],
)
def test_what_a_cluster_would_not_run_is_named(statement, fault):
    assert fault in faults(statement)


def test_what_the_application_sends_is_read(following, world):
    assert any("role_grant" in statement for statement in following.seen)
    assert following.found == []
