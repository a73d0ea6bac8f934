"""Hold the books of money against the documents."""

from app.db.checking import Invariant, SumsBook, sentences
from app.db.work import Work

_SHARED = """
    entry AS (
        SELECT * FROM ledger_entry WHERE tenant_id = :tenant
    ), bill AS (
        SELECT * FROM invoice WHERE tenant_id = :tenant
    ), note AS (
        SELECT * FROM credit_note WHERE tenant_id = :tenant
    ), money AS (
        SELECT * FROM payment WHERE tenant_id = :tenant
    ), moved AS (
        SELECT * FROM prepaid_movement WHERE tenant_id = :tenant
    ), line AS (
        SELECT invoice_id, sum(net) AS net, sum(tax) AS tax, sum(deposit) AS deposits
        FROM invoice_line WHERE tenant_id = :tenant GROUP BY 1
    ), note_line AS (
        SELECT credit_note_id, sum(net) AS net, sum(tax) AS tax, sum(deposit) AS deposits
        FROM credit_note_line WHERE tenant_id = :tenant GROUP BY 1
    ), book AS (
        SELECT relationship_id, currency, account, sum(amount) AS amount
        FROM entry GROUP BY 1, 2, 3
    ), owed AS (
        SELECT relationship_id, currency, sum(total - paid) AS open FROM bill GROUP BY 1, 2
    ), sold AS (
        SELECT relationship_id, currency, sum(deposits) AS deposits, sum(net) AS net,
            sum(tax) AS tax
        FROM (
            SELECT relationship_id, currency, deposits, net, tax FROM bill
            UNION ALL
            SELECT relationship_id, currency, -deposits, -net, -tax FROM note
        ) AS document GROUP BY 1, 2
    ), came AS (
        SELECT relationship_id, currency, sum(amount) AS amount
        FROM (
            SELECT relationship_id, currency, amount FROM money
            WHERE reversed_at IS NULL AND method <> 'PREPAID_BALANCE'
            UNION ALL
            SELECT relationship_id, currency, amount FROM moved
            WHERE cause IN ('TOP_UP', 'PAY_OUT')
        ) AS received GROUP BY 1, 2
    ), balance AS (
        SELECT relationship_id, currency, balance AS amount FROM prepaid_account
        WHERE tenant_id = :tenant
    ), ahead AS (
        SELECT relationship_id, currency, sum(unallocated) AS unallocated
        FROM (
            SELECT relationship_id, currency, unallocated FROM money
            UNION ALL
            SELECT relationship_id, currency, unallocated FROM note
        ) AS credit GROUP BY 1, 2
    ), allocated AS (
        SELECT invoice_id, payment_id, credit_note_id, amount
        FROM invoice_allocation WHERE tenant_id = :tenant
    ), numbered AS (
        SELECT seller_id AS id, CASE year WHEN 0 THEN 'invoice' ELSE 'invoice-' || year END
            AS series, count(*) AS documents, max(number) AS last
        FROM bill GROUP BY 1, 2
        UNION ALL
        SELECT seller_id, 'credit-note-' || year, count(*), max(number) FROM note GROUP BY 1, 2
    ), counter AS (
        SELECT organisation_id AS id, series, last_number FROM document_counter
        WHERE tenant_id = :tenant AND (
            series = 'invoice' OR series LIKE 'invoice-%' OR series LIKE 'credit-note-%'
        )
    )"""


def _account(name: str, breach: str, account: str, source: str, amount: str) -> Invariant:
    """Hold one account of each relationship against the sum of its documents."""
    kept = (
        "coalesce(b.amount, 0)" if account in {"RECEIVABLE", "CASH"} else "-coalesce(b.amount, 0)"
    )
    return Invariant(
        name,
        breach,
        f"""SELECT {kept}, coalesce(d.{amount}, 0), concat_ws('/', relationship_id, currency)
        FROM (SELECT * FROM book WHERE account = '{account}') b
        FULL JOIN {source} d USING (relationship_id, currency)""",  # noqa: S608  # our own words
    )


def _of_lines(amount: str) -> Invariant:
    return Invariant(
        f"invoice-{amount}",
        f"the {amount} of an invoice {'are' if amount == 'deposits' else 'is'} "
        "not the sum of its lines",
        f"""SELECT bill.{amount}, coalesce(line.{amount}, 0), bill.id
        FROM bill LEFT JOIN line ON line.invoice_id = bill.id""",  # noqa: S608  # our own words
    )


def _of_credited_lines(amount: str) -> Invariant:
    return Invariant(
        f"credit-note-{amount}",
        f"the {amount} of a credit note {'are' if amount == 'deposits' else 'is'} "
        "not the sum of its lines",
        f"""SELECT note.{amount}, coalesce(note_line.{amount}, 0), note.id
        FROM note LEFT JOIN note_line ON note_line.credit_note_id = note.id""",  # noqa: S608  # our own words
    )


def _allocated(name: str, breach: str, table: str, taken: str, key: str) -> Invariant:
    """Hold what a document has as covered, or as used, against its allocations."""
    return Invariant(
        name,
        breach,
        f"""SELECT {taken}, coalesce(sum(allocated.amount), 0), {table}.id
        FROM {table} LEFT JOIN allocated ON allocated.{key} = {table}.id
        GROUP BY {table}.id, {taken}""",  # noqa: S608  # our own words
    )


MONEY = SumsBook(
    "money",
    _SHARED,
    (
        Invariant(
            "debit-is-credit",
            "a posting does not sum to zero",
            "SELECT sum(amount), 0, posting_id FROM entry GROUP BY posting_id",
        ),
        _account(
            "receivable",
            "the receivable account is not the sum of open invoices",
            "RECEIVABLE",
            "owed",
            "open",
        ),
        _account(
            "advance",
            "the advance account is not the sum of unallocated payments and credit",
            "ADVANCE",
            "ahead",
            "unallocated",
        ),
        _account(
            "deposit",
            "the deposit account is not the sum of deposits billed",
            "DEPOSIT",
            "sold",
            "deposits",
        ),
        _account(
            "revenue",
            "the revenue account is not the sum of what was billed",
            "REVENUE",
            "sold",
            "net",
        ),
        _account("tax", "the tax account is not the sum of tax billed", "TAX", "sold", "tax"),
        _account("cash", "the cash account is not the sum of payments", "CASH", "came", "amount"),
        _account(
            "prepaid",
            "the prepaid account is not the sum of balances",
            "PREPAID",
            "balance",
            "amount",
        ),
        Invariant(
            "statement-is-books",
            "what the documents of an account come to is not what its books say is owed",
            """SELECT coalesce(b.amount, 0), coalesce(d.amount, 0),
                concat_ws('/', relationship_id, currency)
            FROM (
                SELECT relationship_id, currency, sum(amount) AS amount FROM book
                WHERE account IN ('RECEIVABLE', 'ADVANCE') GROUP BY 1, 2
            ) b FULL JOIN (
                SELECT relationship_id, currency, sum(amount) AS amount
                FROM (
                    SELECT relationship_id, currency, total AS amount FROM bill
                    UNION ALL
                    SELECT relationship_id, currency, -total FROM note
                    UNION ALL
                    SELECT relationship_id, currency, -amount FROM money WHERE reversed_at IS NULL
                ) AS document GROUP BY 1, 2
            ) d USING (relationship_id, currency)""",
        ),
        Invariant(
            "balance-is-movements",
            "a prepaid balance is not the sum of its movements",
            """SELECT balance.amount, coalesce(sum(moved.amount), 0), balance.relationship_id
            FROM balance LEFT JOIN moved USING (relationship_id)
            GROUP BY balance.relationship_id, balance.amount""",
        ),
        Invariant(
            "orders-take-from-balance",
            "what payments took from a prepaid balance is not what left it",
            """SELECT coalesce(paid.amount, 0), coalesce(taken.amount, 0), relationship_id
            FROM (
                SELECT relationship_id, sum(amount) AS amount FROM money
                WHERE method = 'PREPAID_BALANCE' AND reversed_at IS NULL GROUP BY 1
            ) paid FULL JOIN (
                SELECT relationship_id, -sum(amount) AS amount FROM moved
                WHERE cause IN ('ORDER', 'REFUND') GROUP BY 1
            ) taken USING (relationship_id)""",
        ),
        *map(_of_lines, ("net", "tax", "deposits")),
        *map(_of_credited_lines, ("net", "tax", "deposits")),
        _allocated(
            "paid-is-allocated",
            "what is paid of an invoice is not what covers it",
            "bill",
            "paid",
            "invoice_id",
        ),
        _allocated(
            "payment-is-allocated",
            "what invoices took of a payment is not what is allocated of it",
            "money",
            "CASE WHEN reversed_at IS NULL THEN money.amount - unallocated ELSE 0 END",
            "payment_id",
        ),
        _allocated(
            "credit-is-allocated",
            "what invoices took of a credit note is not what is allocated of it",
            "note",
            "total - unallocated",
            "credit_note_id",
        ),
        Invariant(
            "credited-is-billed",
            "more of an invoice's line is credited than was billed, or for another invoice",
            """SELECT least(sum(credited.quantity), billed.quantity), sum(credited.quantity),
                billed.id
            FROM credit_note_line credited
            JOIN note ON note.id = credited.credit_note_id
            LEFT JOIN invoice_line billed
                ON billed.tenant_id = credited.tenant_id
                AND billed.id = credited.invoice_line_id AND billed.invoice_id = note.invoice_id
            WHERE credited.tenant_id = :tenant
            GROUP BY billed.id, billed.quantity""",
        ),
        Invariant(
            "invoice-numbers",
            "the numbers of a seller's invoices or credit notes of a year have a gap",
            "SELECT last, documents, concat_ws('/', id, series) FROM numbered",
        ),
        Invariant(
            "invoice-counter",
            "a seller's counter is not at its last invoice or credit note of the year",
            """SELECT coalesce(counter.last_number, 0), coalesce(numbered.last, 0),
                concat_ws('/', id, series)
            FROM counter FULL JOIN numbered USING (id, series)""",
        ),
    ),
)
"""Postings sum to zero, accounts are what documents say, invoice numbers have no gap."""


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each sum that the documents do not bear out."""
    return sentences(await MONEY.broken(work))
