"""What a seller may change of its assortments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.assortments import locks
from app.assortments.errors import AssortmentNameTaken
from app.assortments.models import Assortment, AssortmentAudience, AssortmentGoods
from app.assortments.rules import AssortmentPurpose
from app.audit.operations import record
from app.catalog.models import Brand, Category
from app.catalog.operations import known_facts
from app.catalog.rules import checked_text
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import DateOutOfSense, sensible_day
from app.organisations.models import CustomerGroup, CustomerLevel, TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day, local_instant

MOST_GOODS = 2_000


@dataclass(frozen=True, slots=True)
class GoodsNamed:
    """A SKU, a brand, or a category with all below it: one of them."""

    sku_id: UUID | None = None
    brand_id: UUID | None = None
    category_id: UUID | None = None

    @property
    def keys(self) -> dict[str, UUID | None]:
        """The columns of it."""
        return {
            "sku_id": self.sku_id,
            "brand_id": self.brand_id,
            "category_id": self.category_id,
        }


@dataclass(frozen=True, slots=True)
class Audience:
    """One customer, all customers of a level and those below it, or those in a group."""

    relationship_id: UUID | None = None
    level_id: UUID | None = None
    group_id: UUID | None = None

    @property
    def keys(self) -> dict[str, UUID | None]:
        """The columns of it."""
        return {
            "relationship_id": self.relationship_id,
            "level_id": self.level_id,
            "group_id": self.group_id,
        }


@requires(Permission.RELATIONSHIP_WRITE)
async def create_assortment(
    work: Work,
    name: str,
    purpose: AssortmentPurpose,
    goods: Sequence[GoodsNamed],
    idempotency_key: str,
) -> UUID:
    """Make a list of goods that nobody is given yet; the same statements for any number of goods.

    Raises `AssortmentNameTaken`, `Invalid`, and `NotFound` for goods that are unknown.
    """
    text = checked_text(name, "name")

    async def command(assortment_id: UUID) -> None:
        await _check_goods(work, goods)
        await _check_name(work, text)
        row = Assortment(
            id=assortment_id,
            seller_id=work.actor.own_organisation,
            name=text,
            purpose=purpose,
            created_at=work.now,
        )
        try:
            await work.save(row)
        except IntegrityError:
            raise AssortmentNameTaken(text) from None
        await _put(work, assortment_id, goods)
        after = {"name": text, "purpose": purpose.value, "goods": _shown(goods)}
        record(work, "CREATE_ASSORTMENT", "assortment", assortment_id, after=after)

    body = [text, purpose, [list(each.keys.values()) for each in goods]]
    return await once(work, idempotency_key, "createAssortment", body, new_id(), command)


@requires(Permission.RELATIONSHIP_WRITE)
async def change_assortment(
    work: Work,
    assortment_id: UUID,
    name: str | None = None,
    goods: Sequence[GoodsNamed] | None = None,
) -> UUID:
    """Rename an own assortment, or replace all that is in it; none of a part leaves it.

    Raises `AssortmentNameTaken`, `Invalid`, `NotFound`.
    """
    text = None if name is None else checked_text(name, "name")
    row = await locks.own_assortment(work, assortment_id)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if text is not None and text != row.name:
        await _check_name(work, text)
        before["name"], after["name"] = row.name, text
        row.name = text
        try:
            await work.session.flush()
        except IntegrityError:
            raise AssortmentNameTaken(text) from None
    if goods is not None:
        await _check_goods(work, goods)
        known = await work.session.scalars(
            select(AssortmentGoods).where(AssortmentGoods.assortment_id == assortment_id)
        )
        former = [GoodsNamed(each.sku_id, each.brand_id, each.category_id) for each in known]
        if _shown(former) != _shown(goods):
            await work.session.execute(
                delete(AssortmentGoods).where(AssortmentGoods.assortment_id == assortment_id),
                execution_options={"synchronize_session": False},
            )
            await _put(work, assortment_id, goods)
            before["goods"], after["goods"] = _shown(former), _shown(goods)
    if after:
        record(work, "CHANGE_ASSORTMENT", "assortment", assortment_id, before=before, after=after)
    return assortment_id


@requires(Permission.RELATIONSHIP_WRITE)
async def give_assortment(
    work: Work,
    assortment_id: UUID,
    audience: Audience,
    first_day: date | None = None,
    last_day: date | None = None,
) -> UUID:
    """Give an own assortment to customers, from a day to a day, both included; today without one.

    Given again, the days are replaced. Raises `Invalid`, and `NotFound` for assortments, customers,
    levels and groups that are not the own organisation's.
    """
    await locks.own_assortment(work, assortment_id)
    await _check_audience(work, audience)
    begins = first_day or await local_day(work)
    _check_days(begins, last_day)
    ends = None if last_day is None else await local_instant(work, last_day + timedelta(days=1))
    days = {"valid_from": await local_instant(work, begins), "valid_until": ends}
    values = {"id": new_id(), "assortment_id": assortment_id, **audience.keys, **days}
    written = insert(AssortmentAudience).values(values | {"tenant_id": work.tenant_id})
    await work.session.execute(
        written.on_conflict_do_update(constraint="uq_assortment_audience_once", set_=days)
    )
    after = {**_named(audience), "firstDay": str(begins), "lastDay": last_day and str(last_day)}
    record(work, "GIVE_ASSORTMENT", "assortment", assortment_id, after=after)
    return assortment_id


@requires(Permission.RELATIONSHIP_WRITE)
async def withdraw_assortment(work: Work, assortment_id: UUID, audience: Audience) -> UUID:
    """Take an own assortment from those to whom it was given; again changes nothing.

    Raises `Invalid`, `NotFound`.
    """
    await locks.own_assortment(work, assortment_id)
    await _check_audience(work, audience)
    which = and_(
        AssortmentAudience.assortment_id == assortment_id,
        *(
            getattr(AssortmentAudience, name).is_not_distinct_from(key)
            for name, key in audience.keys.items()
        ),
    )
    gone = await work.session.execute(
        delete(AssortmentAudience).where(which).returning(AssortmentAudience.id)
    )
    if gone.first() is not None:
        before = _named(audience)
        record(work, "WITHDRAW_ASSORTMENT", "assortment", assortment_id, before=before)
    return assortment_id


def _check_days(first_day: date, last_day: date | None) -> None:
    for field, day in (("firstDay", first_day), ("lastDay", last_day or first_day)):
        try:
            sensible_day(day)
        except DateOutOfSense as error:
            raise Invalid(field, str(error)) from None
    if last_day is not None and last_day < first_day:
        raise Invalid("lastDay", "must not be before the first day")


async def _check_goods(work: Work, goods: Sequence[GoodsNamed]) -> None:
    if not 1 <= len(goods) <= MOST_GOODS:
        raise Invalid("goods", f"must be 1 to {MOST_GOODS}")
    if len({tuple(each.keys.values()) for each in goods}) < len(goods):
        raise Invalid("goods", "must name everything once")
    skus = await known_facts(work, {each.sku_id for each in goods if each.sku_id})
    brands = {each.brand_id for each in goods if each.brand_id}
    categories = {each.category_id for each in goods if each.category_id}
    known_brands = set(await work.session.scalars(select(Brand.id).where(Brand.id.in_(brands))))
    known_categories = set(
        await work.session.scalars(select(Category.id).where(Category.id.in_(categories)))
    )
    for place, each in enumerate(goods):
        path = f"goods.{place}"
        if sum(key is not None for key in each.keys.values()) != 1:
            raise Invalid(path, "must name a SKU, a brand or a category")
        if each.sku_id and each.sku_id not in skus:
            raise NotFound("Sku").at(f"{path}.skuId")
        if each.brand_id and each.brand_id not in known_brands:
            raise NotFound("Brand").at(f"{path}.brandId")
        if each.category_id and each.category_id not in known_categories:
            raise NotFound("Category").at(f"{path}.categoryId")


async def _check_name(work: Work, name: str) -> None:
    taken = exists().where(
        Assortment.tenant_id == work.tenant_id,
        Assortment.seller_id == work.actor.own_organisation,
        Assortment.name == name,
    )
    if await work.session.scalar(select(taken)):
        raise AssortmentNameTaken(name)


async def _check_audience(work: Work, audience: Audience) -> None:
    if sum(key is not None for key in audience.keys.values()) != 1:
        raise Invalid("relationshipId", "or levelId or groupId must be given: one of them")
    own = work.actor.own_organisation
    for table, key, path in (
        (TradingRelationship, audience.relationship_id, "relationshipId"),
        (CustomerLevel, audience.level_id, "levelId"),
        (CustomerGroup, audience.group_id, "groupId"),
    ):
        known = select(table.id).where(table.id == key, table.seller_id == own)
        if key is not None and await work.session.scalar(known) is None:
            raise NotFound(table.__name__).at(path)


async def _put(work: Work, assortment_id: UUID, goods: Sequence[GoodsNamed]) -> None:
    rows = [{"id": new_id(), "assortment_id": assortment_id, **each.keys} for each in goods]
    await work.insert(AssortmentGoods, rows)


def _shown(goods: Sequence[GoodsNamed]) -> list[str]:
    return sorted(str(key) for each in goods for key in each.keys.values() if key)


def _named(audience: Audience) -> dict[str, str]:
    return {name: str(key) for name, key in audience.keys.items() if key}
