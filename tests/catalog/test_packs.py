from decimal import Decimal
from uuid import uuid4

import pytest

from app.catalog.commands import create_category
from app.catalog.errors import FractionalPieces, GtinWrong, NoSuchPackaging
from app.catalog.models import Category
from app.catalog.operations import SkuFacts, pieces, sku_facts
from app.catalog.rules import NewPackaging, NewSku, checked_sku
from app.kernel.errors import Invalid
from app.kernel.quantity import PackagingLevel
from tests.support.network import count

PIECE, CASE, PALLET = PackagingLevel.PIECE, PackagingLevel.CASE, PackagingLevel.PALLET


def facts(**factors) -> SkuFacts:
    packaging = {PackagingLevel(level): Decimal(factor) for level, factor in factors.items()}
    is_listed = True
    return SkuFacts(
        uuid4(),
        uuid4(),
        "COLA-330",
        "Cola",
        uuid4(),
        (),
        uuid4(),
        Decimal(13),
        is_listed,
        None,
        packaging,
    )


@pytest.mark.parametrize(
    ("level", "quantity", "expected"),
    [(PIECE, "7", "7"), (CASE, "2", "48"), (CASE, "0.5", "12"), (PALLET, "1", "960")],
)
def test_packs_hold_exact_pieces(level, quantity, expected):
    assert pieces(facts(PIECE=1, CASE=24, PALLET=960), level, Decimal(quantity)) == Decimal(
        expected
    )


def test_a_pack_that_the_sku_does_not_have_is_refused_with_those_it_has():
    with pytest.raises(NoSuchPackaging) as refused:
        pieces(facts(PIECE=1, CASE=24), PALLET, Decimal(1))

    assert refused.value.message == "COLA-330 is not packed by PALLET; possible: PIECE, CASE."


def test_only_whole_pieces_are_handed_out():
    with pytest.raises(FractionalPieces) as refused:
        pieces(facts(PIECE=1, CASE=24), CASE, Decimal("0.1"))

    assert refused.value.at("lines.2.quantity").path == "lines.2.quantity"


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "1000000000000"])
def test_a_quantity_without_sense_is_invalid(quantity):
    with pytest.raises(Invalid) as invalid:
        pieces(facts(PIECE=1), PIECE, Decimal(quantity))

    assert invalid.value.path == "quantity"


@pytest.mark.parametrize("gtin", ["6901234567892", "69012345678 92", "96385074"])
def test_a_gtin_is_kept_without_its_blanks(gtin):
    sku = NewSku("C", "Cola", uuid4(), packaging=[NewPackaging(PIECE, Decimal(1), gtin)])

    assert checked_sku(sku, "sku").packaging[0].gtin == gtin.replace(" ", "")


@pytest.mark.parametrize("gtin", ["6901234567893", "", "12345", "six"])
def test_a_gtin_with_a_wrong_check_digit_is_refused(gtin):
    sku = NewSku("C", "Cola", uuid4(), packaging=[NewPackaging(PIECE, Decimal(1), gtin)])

    with pytest.raises(GtinWrong) as refused:
        checked_sku(sku, "skus.3")

    assert refused.value.path == "skus.3.packaging.0.gtin"


async def test_facts_of_many_skus_cost_two_statements(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    skus = [await world.sku(brand, pallet=960, case=24) for _ in range(5)]
    draft = await world.sku(brand, status="DRAFT")

    with statements.counting() as sent:
        found = await world.run(lambda work: sku_facts(work, [*skus, draft, uuid4()]))

    assert set(found) == {*skus, draft}
    assert found[skus[0]].category_path == (world.category_id,)
    assert found[skus[0]].tax_rate_percent == 13
    assert list(found[skus[0]].packaging) == [PIECE, CASE, PALLET]
    assert (found[skus[0]].is_listed, found[draft].is_listed) == (True, False)
    assert len(sent) == 4  # begin, packs, facts, commit


async def test_a_category_path_runs_from_the_nearest_to_the_root(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    soda = await world.run(lambda work: create_category(work, "Soda", world.category_id))
    world.category_id, drinks = soda.id, world.category_id
    sku = await world.sku(brand)

    found = await world.run(lambda work: sku_facts(work, [sku]))

    assert found[sku].category_path == (soda.id, drinks)
    assert await count(world, Category) == 2
