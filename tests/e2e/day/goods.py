"""Before noon: goods come to the shelf, with pictures, prices, and stock out of a file."""

from typing import Any

from tests.e2e.cast import nodes
from tests.e2e.day.people import PIECES_OF_A_CASE, Day, only
from tests.e2e.stage import Person
from tests.support.patience import until
from tests.support.pictures import picture

SIZES = 10
_WRONG_ROWS = (
    "Main hall,TEA-404,L1,10,2099-01-01",
    "Main hall,TEA-0,L1,ten,2099-01-01",
    "Attic,TEA-0,L1,10,2099-01-01",
)


def code(size: int) -> str:
    """What a size of the tea is called."""
    return f"TEA-{size}"


async def sales_lists_a_product(day: Day) -> None:
    """It wants a picture and a price first; until then it is nobody else's."""
    sales = day.sales
    await day.boss.must("setListingPolicy", needsImage=True, needsPrice=True)
    brand = await sales.must("createBrand", name="Harbour")
    category = await sales.must("createCategory", name="Tea")
    tax = await sales.must("createTaxCategory", name="Standard", ratePercent="13")
    packs = [
        {"level": "PIECE", "factor": "1"},
        {"level": "CASE", "factor": PIECES_OF_A_CASE},
    ]
    sizes = [
        {"code": code(size), "name": f"Tea {size}", "taxCategoryId": tax["id"], "packaging": packs}
        for size in range(SIZES)
    ]
    product = await sales.must(
        "createProduct", name="Tea", brandId=brand["id"], categoryId=category["id"], skus=sizes
    )
    day.skus = [each["id"] for each in sorted(product["skus"], key=lambda each: each["code"])]
    bare = await sales.do("listProduct", productId=product["id"])
    assert bare["code"] == "LISTING_INCOMPLETE", bare
    await set_prices(day)
    image = await upload(day, sales, "PRODUCT_IMAGE", "tea.png", picture())
    await sales.must("addProductImage", productId=product["id"], fileId=image, alt="A tin of tea")
    await day.beside_see_nothing_of(product["id"], *day.skus)
    assert await nodes(day.owner, "skus") == []
    await sales.must("listProduct", productId=product["id"])
    assert sorted(await nodes(day.owner, "skus")) == sorted(day.skus)
    *_, stranger = day.others
    assert await nodes(stranger, "skus") == []  # Listed goods are the network's.


async def set_prices(day: Day) -> None:
    """Ten for everybody, nine for this shop."""
    for kind, amount, whose in (
        ("BASE", "10.00", {}),
        ("BUYER", "9.00", {"relationshipId": day.relationship}),
    ):
        given = {"name": kind, "validFrom": "2020-01-01", **whose}
        made = await day.sales.must("createPriceList", idempotencyKey=kind, kind=kind, **given)
        entries = [{"skuId": sku, "amount": amount} for sku in day.skus]
        await day.sales.must("setPrices", priceListId=made["id"], entries=entries)
        await day.beside_see_nothing_of(made["id"])


async def stock_comes_from_a_file(day: Day) -> None:
    """Three rows are bad: they are told before anything is written, and the good ones come in."""
    keeper = day.keeper
    await day.boss.must("createWarehouse", name="Main hall")
    good = [f"Main hall,{code(size)},L{size},100,2099-01-01" for size in range(SIZES)]
    rows = ["warehouse,sku,lot,quantity,expires_on", *good, *_WRONG_ROWS]
    file = await upload(day, keeper, "IMPORT", "stock.csv", "\n".join(rows).encode())
    begun = await keeper.must("beginImport", idempotencyKey="stock", kind="STOCK", fileId=file)
    preview = await import_comes_to(keeper, begun["id"], "CHECKED")
    assert (preview["good"], preview["bad"], preview["written"]) == (SIZES, 3, 0)
    faults = [(each["row"], each["column"]) for each in preview["faults"]]
    assert faults == [(12, "sku"), (13, "quantity"), (14, "warehouse")]
    assert await nodes(keeper, "stock") == []
    refused = await keeper.do("applyImport", importId=begun["id"], goodRowsOnly=False)
    assert refused["code"] == "IMPORT_HAS_BAD_ROWS", refused
    await keeper.must("applyImport", importId=begun["id"], goodRowsOnly=True)
    done = await import_comes_to(keeper, begun["id"], "DONE")
    assert done["written"] == SIZES
    stock = (await keeper.read("stock"))["edges"]
    assert [edge["node"]["free"] for edge in stock] == ["100"] * SIZES
    (rival, *_) = day.others
    assert await nodes(rival, "stock") == []
    await day.beside_see_nothing_of(begun["id"], await only(keeper, "warehouses"))


async def import_comes_to(person: Person, run: str, state: str) -> dict[str, Any]:
    """Wait until the worker has brought an import so far."""
    found: list[dict[str, Any]] = []

    async def is_there() -> bool:
        found[:] = [await person.read("importRun", id=run)]
        return found[0]["state"] == state

    await until(is_there)
    return found[0]


async def upload(day: Day, person: Person, purpose: str, name: str, content: bytes) -> str:
    """Send a file; its id."""
    given = {"purpose": purpose, "fileName": name, "bytes": len(content)}
    ticket = await person.must("beginUpload", **given)
    sent = await day.stage.http.put(ticket["uploadUrl"], content=content)
    assert sent.status_code == 201, sent.text
    return ticket["fileId"]
