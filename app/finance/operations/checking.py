"""Hold the books of money against the documents: for tests, and for a nightly look."""

from sqlalchemy import text

from app.db.work import Work

_BROKEN = text("""
    WITH entry AS (
        SELECT * FROM ledger_entry WHERE tenant_id = :tenant
    ), bill AS (
        SELECT * FROM invoice WHERE tenant_id = :tenant
    ), line AS (
        SELECT invoice_id, sum(net) AS net, sum(tax) AS tax, sum(deposit) AS deposits
        FROM invoice_line WHERE tenant_id = :tenant GROUP BY 1
    ), book AS (
        SELECT relationship_id, currency,
            coalesce(sum(amount) FILTER (WHERE account = 'RECEIVABLE'), 0) AS receivable,
            coalesce(sum(amount) FILTER (WHERE account = 'ADVANCE'), 0) AS advance,
            coalesce(sum(amount) FILTER (WHERE account = 'DEPOSIT'), 0) AS deposit
        FROM entry GROUP BY 1, 2
    ), owed AS (
        SELECT relationship_id, currency, sum(total - paid) AS amount, sum(deposits) AS deposits
        FROM bill GROUP BY 1, 2
    ), ahead AS (
        SELECT relationship_id, currency, sum(unallocated) AS amount
        FROM payment WHERE tenant_id = :tenant GROUP BY 1, 2
    ), compared AS (
        SELECT 'a posting does not sum to zero' AS rule, sum(amount) AS kept, 0 AS counted,
            posting_id::text AS place
        FROM entry GROUP BY posting_id
        UNION ALL
        SELECT 'the receivable account is not the sum of open invoices',
            coalesce(book.receivable, 0), coalesce(owed.amount, 0),
            concat_ws('/', relationship_id, currency)
        FROM book FULL JOIN owed USING (relationship_id, currency)
        UNION ALL
        SELECT 'the advance account is not the sum of unallocated payments',
            -coalesce(book.advance, 0), coalesce(ahead.amount, 0),
            concat_ws('/', relationship_id, currency)
        FROM book FULL JOIN ahead USING (relationship_id, currency)
        UNION ALL
        SELECT 'the deposit account is not the sum of deposits billed',
            -coalesce(book.deposit, 0), coalesce(owed.deposits, 0),
            concat_ws('/', relationship_id, currency)
        FROM book FULL JOIN owed USING (relationship_id, currency)
        UNION ALL
        SELECT 'the deposits of an invoice are not the sum of its lines',
            bill.deposits, coalesce(line.deposits, 0), bill.id::text
        FROM bill LEFT JOIN line ON line.invoice_id = bill.id
        UNION ALL
        SELECT 'the net of an invoice is not the sum of its lines',
            bill.net, coalesce(line.net, 0), bill.id::text
        FROM bill LEFT JOIN line ON line.invoice_id = bill.id
        UNION ALL
        SELECT 'the tax of an invoice is not the sum of its lines',
            bill.tax, coalesce(line.tax, 0), bill.id::text
        FROM bill LEFT JOIN line ON line.invoice_id = bill.id
    )
    SELECT concat(rule, ': ', kept, ' against ', counted, ' at ', place)
    FROM compared WHERE kept <> counted
    ORDER BY 1
""")


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each sum that the documents do not bear out; one statement.

    Postings sum to zero, RECEIVABLE is what invoices leave open, ADVANCE what payments
    hold, DEPOSIT what invoices ask for containers.
    """
    return list((await work.session.execute(_BROKEN, {"tenant": work.tenant_id})).scalars())
