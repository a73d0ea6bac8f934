"""Count what schemes give: conditionally, in key order, one statement for all (Our rule 5).

Upserts lock each row in turn, so that two orders that share schemes never wait for each other.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Table,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeEngine

from app.db.arrays import array_bind, array_text
from app.db.reading import sent
from app.db.tables import AMOUNT, QUANTITY, table_of
from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.promotions.models import (
    BuyerStanding,
    SchemeBudget,
    SchemeStanding,
    TradeScheme,
    TradeSchemeVersion,
)
from app.promotions.operations.standing import Change, bound, counting_buyer
from app.promotions.rules.outcome import SchemeBenefit

_TYPES: Mapping[str, TypeEngine[Any]] = {
    "scheme_id": Uuid(),
    "version_id": Uuid(),
    "uses": Integer(),
    "money": AMOUNT,
    "goods": QUANTITY,
    "purchased_amount": AMOUNT,
    "purchased_quantity": QUANTITY,
}
_TENANT = bindparam("tenant", type_=Uuid())
Counts = Sequence[Mapping[str, Any]]


def counts_of(benefits: Sequence[SchemeBenefit]) -> list[dict[str, Any]]:
    """Say what each scheme's benefit adds to its counts, by scheme; nothing given is no use."""
    rows = [
        {
            "scheme_id": benefit.scheme_id,
            "version_id": benefit.version_id,
            "uses": int(benefit.is_given),
            "money": benefit.money + benefit.rebate,
            "goods": benefit.goods,
            "purchased_amount": benefit.qualifying_amount,
            "purchased_quantity": benefit.qualifying_quantity,
        }
        for benefit in benefits
    ]
    return sorted(rows, key=lambda row: row["scheme_id"])


async def count(work: Work, relationship: TradingRelationship, rows: Counts) -> str | None:
    """Add to the budgets of schemes that have one, and to what a buyer has got of schemes.

    Returns the name of one that has too little, or whose limit for a buyer is broken. One
    statement.
    """
    given = {"tenant": work.tenant_id, "relationship": relationship.id, **_bound(rows)}
    return _first(await sent(work, _LIMITS, **given))


async def count_all(
    work: Work, relationship: TradingRelationship, rows: Counts, change: Change
) -> str | None:
    """Do the same, and what `count_buyer` does, for who locks nothing in between; one statement."""
    given = {**bound(work, relationship, change), **_bound(rows)}
    return _first(await sent(work, _ALL, **given))


def _first(found: Sequence[Any]) -> str | None:
    return found[0][0] if found else None


def _counting_budgets() -> Select[str]:
    budget, scheme, given = table_of(SchemeBudget), table_of(TradeScheme), _given()
    proposed = (
        select(_TENANT, given.c.scheme_id, given.c.uses, given.c.money, given.c.goods)
        .join(budget, _of_scheme(budget, given.c.scheme_id))
        .order_by(given.c.scheme_id)
    )
    counted = _counted_budgets(budget, proposed)
    return (
        select(scheme.c.name)
        .join(budget, _of_scheme(budget, scheme.c.id))
        .where(
            scheme.c.tenant_id == _TENANT,
            scheme.c.id.in_(select(given.c.scheme_id)),
            scheme.c.id.not_in(select(counted.c.scheme_id)),
        )
        .limit(1)
    )


def _counting_standings() -> Select[str]:
    standing, given = table_of(SchemeStanding), _given()
    names = ["uses", "money", "goods", "purchased_amount", "purchased_quantity"]
    relationship = bindparam("relationship", type_=Uuid())
    proposed = select(
        _TENANT, given.c.scheme_id, relationship, *(given.c[name] for name in names)
    ).order_by(given.c.scheme_id)
    upsert = insert(standing).from_select(
        ["tenant_id", "scheme_id", "relationship_id", *names], proposed
    )
    counted = (
        upsert.on_conflict_do_update(
            index_elements=["tenant_id", "scheme_id", "relationship_id"],
            set_={name: standing.c[name] + upsert.excluded[name] for name in names},
        )
        .returning(standing.c.scheme_id, standing.c.uses, standing.c.money, standing.c.goods)
        .cte("counted_standing")
    )
    return _beyond(counted)


def _counted_budgets(budget: Table, proposed: Any) -> CTE:
    upsert = insert(budget).from_select(
        ["tenant_id", "scheme_id", "uses", "money_used", "goods_used"], proposed
    )
    new = upsert.excluded
    within = [
        or_(budget.c[limit].is_(None), budget.c[used] + new[used] <= budget.c[limit])
        for used, limit in (
            ("uses", "uses_limit"),
            ("money_used", "money_limit"),
            ("goods_used", "goods_limit"),
        )
    ]
    return (
        upsert.on_conflict_do_update(
            index_elements=["tenant_id", "scheme_id"],
            set_={
                name: budget.c[name] + new[name] for name in ("uses", "money_used", "goods_used")
            },
            where=and_(*within),
        )
        .returning(budget.c.scheme_id)
        .cte("counted_budget")
    )


def _beyond(counted: CTE) -> Select[str]:
    """Select schemes whose limits per buyer, in the version that gave, are broken."""
    version, scheme, given = table_of(TradeSchemeVersion), table_of(TradeScheme), _given()
    limits = version.c.terms["limits"]
    broken = [
        counted.c[name] > cast(limits[f"{name}_per_buyer"].astext, _TYPES[name])
        for name in ("uses", "money", "goods")
    ]
    return (
        select(scheme.c.name)
        .join(version, _of_scheme(version, scheme.c.id))
        .join(given, given.c.version_id == version.c.id)
        .join(counted, counted.c.scheme_id == scheme.c.id)
        .where(scheme.c.tenant_id == _TENANT, or_(*broken))
        .limit(1)
    )


@cache
def _given() -> CTE:
    """Rows as the statement receives them, in arrays: its text does not depend on their number.

    One for all parts of a statement: reading the arrays takes as long as counting a few budgets.
    """
    arrays = (array_bind(f"v_{name}", kind) for name, kind in _TYPES.items())
    columns = (column(name, kind) for name, kind in _TYPES.items())
    unnested = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return select(unnested).cte("given")


def _bound(rows: Counts) -> dict[str, str]:
    return {f"v_{name}": array_text([row[name] for row in rows]) for name in _TYPES}


def _of_scheme(table: Table, scheme_id: Any) -> ColumnElement[bool]:
    return and_(table.c.tenant_id == _TENANT, table.c.scheme_id == scheme_id)


def _counting_buyer() -> CTE:
    relationship_id = table_of(BuyerStanding).c.relationship_id
    return counting_buyer().returning(relationship_id).cte("counted_buyer")


# Budgets come first: all who wait for one of them hold nothing yet that it needs.
_LIMITS = union_all(_counting_budgets(), _counting_standings())
_ALL = _LIMITS.add_cte(_counting_buyer())
