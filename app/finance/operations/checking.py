"""Hold the books of money against the documents."""

from app.db.checking import Invariant, SumsBook, sentences
from app.db.work import Work

_SHARED = """
    entry AS (
        SELECT * FROM ledger_entry WHERE tenant_id = :tenant
    ), bill AS (
        SELECT * FROM invoice WHERE tenant_id = :tenant
    ), line AS (
        SELECT invoice_id, sum(net) AS net, sum(tax) AS tax, sum(deposit) AS deposits
        FROM invoice_line WHERE tenant_id = :tenant GROUP BY 1
    ), book AS (
        SELECT relationship_id, currency, account, sum(amount) AS amount
        FROM entry GROUP BY 1, 2, 3
    ), owed AS (
        SELECT relationship_id, currency, sum(total - paid) AS open, sum(deposits) AS deposits,
            sum(net) AS net, sum(tax) AS tax, sum(paid) AS paid
        FROM bill GROUP BY 1, 2
    ), came AS (
        SELECT relationship_id, currency, sum(amount) AS amount, sum(unallocated) AS unallocated
        FROM payment WHERE tenant_id = :tenant GROUP BY 1, 2
    ), numbered AS (
        SELECT seller_id AS id, count(*) AS invoices, max(number) AS last FROM bill GROUP BY 1
    ), series AS (
        SELECT organisation_id AS id, last_number FROM document_counter
        WHERE tenant_id = :tenant AND series = 'invoice'
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
            "the advance account is not the sum of unallocated payments",
            "ADVANCE",
            "came",
            "unallocated",
        ),
        _account(
            "deposit",
            "the deposit account is not the sum of deposits billed",
            "DEPOSIT",
            "owed",
            "deposits",
        ),
        _account(
            "revenue",
            "the revenue account is not the sum of what was billed",
            "REVENUE",
            "owed",
            "net",
        ),
        _account("tax", "the tax account is not the sum of tax billed", "TAX", "owed", "tax"),
        _account("cash", "the cash account is not the sum of payments", "CASH", "came", "amount"),
        *map(_of_lines, ("net", "tax", "deposits")),
        Invariant(
            "paid-is-payments",
            "what invoices took of payments, with what is left of them, is not what came in",
            """SELECT coalesce(came.amount, 0),
                coalesce(owed.paid, 0) + coalesce(came.unallocated, 0),
                concat_ws('/', relationship_id, currency)
            FROM came FULL JOIN owed USING (relationship_id, currency)""",
        ),
        Invariant(
            "invoice-numbers",
            "the invoice numbers of a seller have a gap",
            "SELECT last, invoices, id FROM numbered",
        ),
        Invariant(
            "invoice-counter",
            "a seller's counter of invoices is not at its last invoice",
            """SELECT coalesce(series.last_number, 0), coalesce(numbered.last, 0), id
            FROM series FULL JOIN numbered USING (id)""",
        ),
    ),
)
"""Postings sum to zero, accounts are what documents say, invoice numbers have no gap."""


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each sum that the documents do not bear out."""
    return sentences(await MONEY.broken(work))
