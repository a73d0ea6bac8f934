"""Images of products: safe, without secrets, in an order, for all who may see the product."""

from io import BytesIO

import pytest
from PIL import Image

from app.catalog.errors import PictureTooLarge, PictureUnreadable
from app.catalog.rules import pictures
from app.catalog.rules.pictures import drawn_anew
from app.kernel.ids import new_id
from app.storage.models import StoredFile
from tests.catalog.test_languages import HISTORY
from tests.catalog.test_products import CREATE, LIST, product, size
from tests.support.files import uploaded
from tests.support.network import count, network
from tests.support.pictures import photograph, picture
from tests.support.world import gid

_RESULT = "{ ... on Product { name } ... on Refusal { code field } }"
ADD = f"mutation($input: AddProductImageInput!) {{ it: addProductImage(input: $input) {_RESULT} }}"
ARRANGE = f"""mutation($input: ArrangeProductImagesInput!) {{
    it: arrangeProductImages(input: $input) {_RESULT} }}"""
DESCRIBE = f"""mutation($input: DescribeProductImageInput!) {{
    it: describeProductImage(input: $input) {_RESULT} }}"""
IMAGES = """query($ids: [ID!]!, $language: String) { nodes(ids: $ids) { ... on Product { images {
    id alt(language: $language) texts { language } file { fileName mediaType downloadUrl }
    thumbnail { mediaType downloadUrl } } } } }"""
POLICY = """mutation($input: SetListingPolicyInput!) { setListingPolicy(input: $input) {
    ... on ListingPolicy { needsImage } } }"""


def test_a_picture_is_drawn_anew_upright_and_tells_nothing_else():
    sent = photograph((640, 480))

    drawn = drawn_anew(sent)

    assert b"Mallory" in sent
    assert b"Mallory" not in drawn.content + drawn.thumbnail
    shown = [Image.open(BytesIO(each)) for each in (drawn.content, drawn.thumbnail)]
    assert [each.size for each in shown] == [(480, 640), (240, 320)]
    assert [(each.format, dict(each.getexif())) for each in shown] == [("JPEG", {})] * 2
    clear = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(clear, "PNG")
    assert Image.open(BytesIO(drawn_anew(clear.getvalue()).content)).getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_no_picture_or_too_much_of_one_is_refused(kind, monkeypatch):
    good = picture(kind)
    for broken in (good[:40], good[:12] + b"<script>alert(1)</script>", b"GIF89a" + good, b""):
        with pytest.raises(PictureUnreadable):
            drawn_anew(broken)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 640 * 480 - 1)
    with pytest.raises(PictureTooLarge):
        drawn_anew(good)


def test_a_bomb_is_refused_by_its_head():
    """Its head promises more pixels than may be; none of them is there to be unpacked."""
    small = picture("PNG", (1, 1))
    bomb = small[:16] + (60_000).to_bytes(4) * 2 + small[24:]

    with pytest.raises((PictureTooLarge, PictureUnreadable)):
        drawn_anew(bomb)


@pytest.fixture
async def shelf(world):
    chain = await network(world)
    await world.sku(chain.brand)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    made = (await admin.ask(CREATE, input=product(world, size(world)))).data["createProduct"]
    return chain, admin, made["id"]


async def add(person, this, content, name, alt=""):
    sent = await uploaded(person, "PRODUCT_IMAGE", content, name)
    given = {"productId": this, "fileId": sent, "alt": alt}
    return (await person.ask(ADD, input=given)).data["it"]


async def shown(person, this, **more):
    (node,) = (await person.ask(IMAGES, ids=[this], **more)).data["nodes"]
    return node and node["images"]


async def test_a_product_needs_an_image_and_shows_it_to_its_buyers(world, shelf):
    chain, admin, this = shelf
    buyer = await world.member(chain.east_shop, "BUYER")
    await admin.ask(POLICY, input={"needsImage": True})
    refused = (await admin.ask(LIST, input={"productId": this})).data["listProduct"]
    assert "needs an image" in refused["message"]

    assert await add(admin, this, photograph(), "front.jpg", "A can") == {"name": "Cola"}
    await add(admin, this, picture(), "back.png")
    broken = await add(admin, this, picture()[:60], "broken.png")
    front, back = await shown(admin, this)
    alt = {"imageId": front["id"], "alt": "Eine Dose", "language": "de"}
    assert (await admin.ask(DESCRIBE, input=alt)).data["it"] == {"name": "Cola"}
    order = {"productId": this, "imageIds": [back["id"], front["id"]]}
    await admin.ask(ARRANGE, input=order)

    assert broken == {"code": "PICTURE_UNREADABLE", "field": "fileId"}
    assert await shown(buyer, this) is None
    hidden = await world.http.get(front["file"]["downloadUrl"])
    assert hidden.status_code == 200
    assert b"Mallory" not in hidden.content
    listed = await admin.ask(LIST, input={"productId": this})
    assert listed.data["listProduct"]["status"] == "LISTED"
    first, second = await shown(buyer, this, language="de")
    assert [first["file"]["fileName"], second["file"]["fileName"]] == ["back.png", "front.jpg"]
    assert (second["alt"], second["texts"]) == ("Eine Dose", [{"language": "de"}])
    small = await world.http.get(first["thumbnail"]["downloadUrl"])
    assert Image.open(BytesIO(small.content)).size == (320, 240)
    kept = await count(world, StoredFile)
    await admin.ask(ARRANGE, input={"productId": this, "imageIds": [front["id"]]})
    assert await count(world, StoredFile) == kept - 2
    assert [each["alt"] for each in await shown(buyer, this)] == ["A can"]
    gone = await world.http.get(first["file"]["downloadUrl"])
    assert gone.status_code == 404
    edits = (await admin.ask(HISTORY, id=this)).data["productHistory"]["edges"]
    told = [edit["node"]["action"] for edit in edits if "IMAGE" in edit["node"]["action"]]
    assert sorted(set(told)) == [
        "ADD_PRODUCT_IMAGE", "ARRANGE_PRODUCT_IMAGES", "DESCRIBE_PRODUCT_IMAGE",
    ]  # fmt: skip


async def test_images_are_their_owners_and_cost_what_one_costs(world, shelf, statements):
    chain, admin, this = shelf
    await add(admin, this, picture(), "a.png")
    (image,) = await shown(admin, this)
    stranger = await world.member(chain.east, "ENTERPRISE_ADMIN")
    theirs = (await stranger.ask(CREATE, input=product(world, name="P"))).data["createProduct"][
        "id"
    ]
    mine = await uploaded(admin, "PRODUCT_IMAGE", picture(), "mine.png")
    uses = (
        (ADD, {"productId": this, "fileId": mine}),
        (ADD, {"productId": theirs, "fileId": mine}),
        (ARRANGE, {"productId": this, "imageIds": []}),
        (ARRANGE, {"productId": theirs, "imageIds": [image["id"]]}),
        (DESCRIBE, {"imageId": image["id"], "alt": "Mine"}),
        (DESCRIBE, {"imageId": gid("ProductImage", new_id()), "alt": "Mine"}),
    )
    for document, given in uses:
        assert (await stranger.ask(document, input=given)).error_codes == ["NOT_FOUND"]

    others = [
        (await admin.ask(CREATE, input=product(world, name=f"P{n}"))).data["createProduct"]["id"]
        for n in range(2)
    ]
    for other in others:
        await add(admin, other, picture(), "b.png")
    sent = []
    for ids in ([this], [this, *others]):
        with statements.counting() as counted:
            await admin.ask(IMAGES, ids=ids)
        sent.append(len(counted))
    assert sent[0] == sent[1]
