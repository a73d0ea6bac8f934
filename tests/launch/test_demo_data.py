from collections import Counter

from stdnum import ean

from launch.seed.data import organisations, people, products
from launch.seed.network import BRAND
from launch.seed.stage import email_of

PRODUCTS = list(products())
SIZES = [size for product in PRODUCTS for size in product.sizes]


def repeated(items: list[str]) -> list[str]:
    return [item for item, times in Counter(items).items() if times > 1]


def test_several_hundred_products_each_have_a_name_of_their_own() -> None:
    assert len(PRODUCTS) >= 300
    assert repeated([product.name for product in PRODUCTS]) == []
    assert repeated([size.code for size in SIZES]) == []
    assert {product.tax_percent for product in PRODUCTS} == {9, 13}


def test_every_pack_has_a_right_gtin_of_its_own_and_larger_packs_hold_more() -> None:
    gtins = [pack.gtin for size in SIZES for pack in size.packs]

    assert repeated(gtins) == []
    assert all(ean.is_valid(gtin) for gtin in gtins)
    assert {len(gtin) for gtin in gtins} == {13, 14}
    for size in SIZES:
        pieces = [pack.pieces for pack in size.packs]
        assert pieces[0] == 1
        assert pieces == sorted(set(pieces))


def test_every_organisation_buys_from_one_named_before_it() -> None:
    kinds = Counter(each.kind.value for each in organisations())
    known = {BRAND}

    for each in organisations():
        assert each.seller in known, each.name
        known.add(each.name)

    assert kinds == {"DISTRIBUTOR": 3, "SUB_DISTRIBUTOR": 6, "RETAILER": 36}
    assert {each.organisation for each in people()} <= known


def test_everybody_has_an_address_of_their_own() -> None:
    admins = [("ENTERPRISE_ADMIN", each.name) for each in organisations()]
    others = [(each.role, each.organisation) for each in people()]

    assert repeated([email_of(role, name) for role, name in (*admins, *others)]) == []
