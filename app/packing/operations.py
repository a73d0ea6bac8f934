"""The numbers of packages, and what must always hold of them (app.books)."""

from sqlalchemy import select

from app.db.checking import Invariant, SumsBook
from app.db.counters import next_numbers
from app.db.work import Work
from app.finance.models import BillingDetails
from app.packing.errors import CompanyPrefixUsedUp, NoCompanyPrefix
from app.packing.rules import PrefixUsedUp, sscc

SERIES = "sscc"
"""Packages count up in one series for each company prefix, so that none ever has two meanings."""


async def new_codes(work: Work, count: int) -> list[str]:
    """Give out codes of the own organisation; two statements for any number.

    Raises `NoCompanyPrefix`, `CompanyPrefixUsedUp`.
    """
    own = work.actor.own_organisation
    asked = select(BillingDetails.gs1_company_prefix).where(BillingDetails.organisation_id == own)
    prefix = await work.session.scalar(asked)
    if not prefix:
        raise NoCompanyPrefix
    try:
        serials = await next_numbers(work, own, f"{SERIES}-{prefix}", count)
        return [sscc(prefix, serial) for serial in serials]
    except PrefixUsedUp:
        raise CompanyPrefixUsedUp(prefix) from None


PACKAGES = SumsBook(
    "packages",
    """
    held AS (
        SELECT p.shipment_id, c.shipment_line_id AS id, sum(c.quantity) AS pieces
        FROM package_content c
        JOIN shipment_package p ON p.tenant_id = c.tenant_id AND p.id = c.package_id
        WHERE c.tenant_id = :tenant GROUP BY 1, 2
    ), packed AS (
        SELECT DISTINCT shipment_id FROM shipment_package WHERE tenant_id = :tenant
    ), travelling AS (
        SELECT shipment_id, id, quantity FROM shipment_line
        JOIN packed USING (shipment_id) WHERE tenant_id = :tenant
    )""",
    (
        Invariant(
            "packages-hold-what-travels",
            "the packages of a shipment do not hold what is in it",
            """SELECT coalesce(travelling.quantity, 0), coalesce(held.pieces, 0),
                concat_ws('/', shipment_id, id)
            FROM travelling FULL JOIN held USING (shipment_id, id)""",
        ),
        Invariant(
            "packages-are-counted",
            "the packages of a shipment are not numbered from one without a gap",
            """SELECT max(number), count(*), shipment_id
            FROM shipment_package WHERE tenant_id = :tenant GROUP BY shipment_id""",
        ),
        Invariant(
            "packages-are-well-numbered",
            "the code of a package is not eighteen digits of which the last checks the others",
            """SELECT right(sscc, 1), ((10 - sum(
                CASE WHEN sscc ~ '^[0-9]{18}$' THEN substr(sscc, place, 1)::integer END
                * CASE place % 2 WHEN 1 THEN 3 ELSE 1 END) % 10) % 10)::text, shipment_package.id
            FROM shipment_package, generate_series(1, 17) AS place
            WHERE tenant_id = :tenant GROUP BY shipment_package.id, sscc""",
        ),
    ),
)
"""Packages sum to what travels, are counted, and have codes that check."""
