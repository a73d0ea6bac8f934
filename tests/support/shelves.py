"""A branch's products on their way to the shelf, and in what quantities it sells them."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.files import uploaded
from tests.support.pictures import picture
from tests.support.world import Person

IMAGES = "query($id: ID!) { product(id: $id) { images { id file { id } } } }"
Do = Callable[..., Awaitable[dict[str, Any]]]


async def add_shelves(do: Do, things: dict[str, str], secret: str, seller: Person) -> None:
    """Submit two drafts for review, limit quantities for two audiences, name a substitute."""
    await do("seller", "setListingPolicy", needsReview=True)
    words = {
        "brandId": things["Brand@network"],
        "categoryId": things["Category@network"],
    }
    packs = [{"level": "PIECE", "factor": "1"}]
    size = {"code": f"{secret}-L", "name": secret, "packaging": packs}
    size["taxCategoryId"] = things["TaxCategory@network"]
    other = await do("seller", "createProduct", name=f"{secret} leaflet", **words)
    leaf = await do("seller", "addSku", productId=other["id"], sku=size)
    things["Sku:LEAFLET"] = leaf["id"]
    draft = things["Product"]
    await do("seller", "changeProduct", productId=draft, description=f"{secret} was here")
    words = {"language": "de", "name": f"{secret} Entwurf", "description": f"{secret} Text"}
    names = [{"skuId": things["Sku:DRAFT"], "name": f"{secret} Stück"}]
    await do("seller", "setProductText", productId=draft, skuNames=names, **words)
    drinks = {"categoryId": things["Category@network"], "language": "de", "name": "Getränke"}
    await do("brand", "setCategoryName", **drinks)
    made = await do("seller", "createCategory", name=f"Own {secret[-10:]}")
    things["Category:OWN@network"] = made["id"]
    things |= await _pictured(do, draft, secret, seller)
    for product_id in (draft, other["id"]):
        await do("seller", "submitListing", productId=product_id)
    sku_id = things["Sku:DRAFT"]
    audiences = (
        {"levelId": things["CustomerLevel"]},
        {"relationshipId": things["TradingRelationship"]},
    )
    rules = [{"skuId": sku_id, "minimum": "2", **each} for each in audiences]
    await do("seller", "setOrderQuantityRules", rules=rules)
    await do("seller", "setSubstitutes", skuId=sku_id, substituteIds=[things["Sku@network"]])


async def _pictured(do: Do, product_id: str, secret: str, seller: Person) -> dict[str, str]:
    """An image of the product that tells in two languages what it shows."""
    sent = await uploaded(seller, "PRODUCT_IMAGE", picture(), f"{secret}.png")
    shown = {"productId": product_id, "fileId": sent, "alt": f"{secret} image"}
    await do("seller", "addProductImage", **shown)
    answer = await seller.ask(IMAGES, id=product_id)
    (image,) = answer.data["product"]["images"]
    alt = {"imageId": image["id"], "language": "de", "alt": f"{secret} Bild"}
    await do("seller", "describeProductImage", **alt)
    spare = [
        await uploaded(seller, "PRODUCT_IMAGE", picture(), f"{secret}.png") for _ in range(2)
    ]  # Each is good for one image.
    uploads = dict(zip(("StoredFile:PICTURE", "StoredFile:PICTURE:2"), spare, strict=True))
    return {"ProductImage": image["id"], **uploads}
