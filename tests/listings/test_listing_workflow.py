"""From draft to shelf: what must be complete, who reviews it, and what was edited."""

from uuid import UUID

import pytest
from sqlalchemy import select
from strawberry.relay import GlobalID

from app.db.outbox import OutboxEvent
from app.listings.rules import TextChange, compared
from app.notifications.rules import announcement_of
from tests.catalog.test_products import ADD_SKU, CHANGE, CREATE, DELIST, LIST, product, size
from tests.support.network import network
from tests.support.stock import receive
from tests.support.world import gid

_PRODUCT = "{ __typename ... on Product { status } ... on Refusal { code message } }"
SUBMIT = f"mutation($input: SubmitListingInput!) {{ submitListing(input: $input) {_PRODUCT} }}"
APPROVE = f"mutation($input: ApproveListingInput!) {{ approveListing(input: $input) {_PRODUCT} }}"
REFUSE = f"mutation($input: RefuseListingInput!) {{ refuseListing(input: $input) {_PRODUCT} }}"
CONFIRM = f"mutation($input: ConfirmDisplayInput!) {{ confirmDisplay(input: $input) {_PRODUCT} }}"
POLICY = """mutation($input: SetListingPolicyInput!) { setListingPolicy(input: $input) {
    ... on ListingPolicy { needsReview needsDescription needsPrice needsStock } } }"""
LISTING = "query($id: ID!) { listing(productId: $id) { stage missing refusal } }"
WORKLIST = """query($state: ReviewState! = UNDER_REVIEW) { listings(state: $state) {
    edges { node { stage missing product { name } } } } }"""
HISTORY = """query($id: ID!, $first: Int! = 20, $after: String) {
    productHistory(productId: $id, first: $first, after: $after) {
        edges { node { actorName action reason
            changes { field before after pieces { change text } } } }
        pageInfo { hasNextPage endCursor } } }"""
ALL = {"needsReview": True, "needsDescription": True, "needsPrice": True, "needsStock": True}


async def did(person, document, **given) -> str:
    """What a mutation came to: the product's status, or the code of the refusal."""
    (result,) = (await person.ask(document, input=given)).data.values()
    return result["status"] if "status" in result else result["code"]


async def stage(person, this) -> str:
    return (await person.ask(LISTING, id=this)).data["listing"]["stage"]


@pytest.fixture
async def desk(world):
    """An author and a reviewer of a brand, and a complete draft."""
    chain = await network(world)
    await world.sku(chain.brand, "Water")
    author = await world.member(chain.brand, "ENTERPRISE_ADMIN", name="Author")
    reviewer = await world.member(chain.brand, "ENTERPRISE_ADMIN", name="Reviewer")
    made = await author.ask(CREATE, input=product(world, size(world)))
    return chain, author, reviewer, made.data["createProduct"]["id"]


async def test_a_reviewed_product_comes_to_the_shelf_and_leaves_it(world, desk):
    _, author, reviewer, this = desk
    await author.ask(POLICY, input={"needsReview": True})

    assert await did(author, LIST, productId=this) == "REVIEW_NEEDED"
    assert await did(author, SUBMIT, productId=this) == "DRAFT"
    assert await did(author, APPROVE, productId=this) == "REVIEWED_BY_AUTHOR"
    assert await stage(author, this) == "UNDER_REVIEW"
    worklist = (await reviewer.ask(WORKLIST)).data["listings"]["edges"]
    assert [each["node"] for each in worklist] == [
        {"stage": "UNDER_REVIEW", "missing": None, "product": {"name": "Cola"}}
    ]
    assert await did(reviewer, CONFIRM, productId=this) == "NOT_ON_DISPLAY"
    assert await did(reviewer, APPROVE, productId=this) == "DRAFT"
    assert await stage(author, this) == "APPROVED"
    assert await did(reviewer, APPROVE, productId=this) == "NOT_UNDER_REVIEW"
    assert await did(author, LIST, productId=this) == "LISTED"
    assert await did(author, SUBMIT, productId=this) == "LISTED_ALREADY"
    assert await stage(author, this) == "LISTED"
    for _ in range(2):
        assert await did(author, CONFIRM, productId=this) == "LISTED"
    assert await stage(author, this) == "DISPLAY_CONFIRMED"
    assert await did(author, DELIST, productId=this, reason="Season") == "DELISTED"
    assert await stage(author, this) == "DELISTED"
    assert await did(author, LIST, productId=this) == "REVIEW_NEEDED"
    assert await did(reviewer, SUBMIT, productId=this) == "DELISTED"
    assert await did(author, APPROVE, productId=this) == "DELISTED"
    assert await did(author, LIST, productId=this) == "LISTED"
    assert await stage(author, this) == "LISTED"
    shown = (await author.ask(HISTORY, id=this)).data["productHistory"]["edges"]
    assert [each["node"]["action"] for each in shown].count("CONFIRM_DISPLAY") == 1
    by_author, by_reviewer = [str(author.membership_id)], [str(reviewer.membership_id)]
    assert await told(world) == [
        (by_reviewer, "Cola waits for review"),
        (by_author, "Cola is approved"),
        (by_author, "Cola waits for review"),
        (by_reviewer, "Cola is approved"),
    ]


async def told(world):
    """Who was told of listings under review, and what, in order."""

    async def read(work):
        asked = select(OutboxEvent).where(OutboxEvent.kind.like("listing_%"))
        rows = await work.session.scalars(asked.order_by(OutboxEvent.id))
        return [(row.data["recipients"], announcement_of(row.kind, row.data).title) for row in rows]

    return await world.run(read)


async def test_a_refusal_gives_its_reason_and_a_change_asks_for_another_review(world, desk):
    _, author, reviewer, this = desk
    await author.ask(POLICY, input={"needsReview": True})
    await did(author, SUBMIT, productId=this)

    assert await did(reviewer, REFUSE, productId=this, reason="No claim of health") == "DRAFT"
    shown = (await author.ask(LISTING, id=this)).data["listing"]
    assert shown == {"stage": "DRAFT", "missing": [], "refusal": "No claim of health"}
    empty = await reviewer.ask(REFUSE, input={"productId": this, "reason": " "})
    assert empty.error_codes == ["INVALID"]

    await did(author, SUBMIT, productId=this)
    await author.ask(CHANGE, input={"productId": this, "description": "Cures colds"})
    assert await did(reviewer, APPROVE, productId=this) == "CHANGED_SINCE_SUBMITTED"
    await did(author, SUBMIT, productId=this)
    assert await did(reviewer, APPROVE, productId=this) == "DRAFT"
    await author.ask(ADD_SKU, input={"productId": this, "sku": size(world, "NEW", packaging=[])})
    assert await did(author, LIST, productId=this) == "LISTING_INCOMPLETE"
    assert await stage(author, this) == "APPROVED"


async def test_what_the_seller_asks_for_must_be_there(world, desk):
    chain, author, _, this = desk
    sku = await author.ask("query($id: ID!) { product(id: $id) { skus { id } } }", id=this)
    (sku_id,) = (each["id"] for each in sku.data["product"]["skus"])
    set_up = await author.ask(POLICY, input=ALL | {"needsReview": False})
    assert set_up.data["setListingPolicy"] == ALL | {"needsReview": False}

    lacking = (await author.ask(LISTING, id=this)).data["listing"]["missing"]
    refused = (await author.ask(LIST, input={"productId": this})).data["listProduct"]
    key = _key(sku_id)
    await author.ask(CHANGE, input={"productId": this, "description": "Sweet"})
    await world.price(chain.brand, {key: "3.00"})
    await receive(world, chain.brand, (key, 5, "A", None))

    assert lacking == [
        "it needs a description",
        "COLA-330 needs a price",
        "COLA-330 needs stock",
    ]
    assert refused["code"] == "LISTING_INCOMPLETE"
    assert (await author.ask(LISTING, id=this)).data["listing"]["missing"] == []
    assert await did(author, LIST, productId=this) == "LISTED"


async def test_edits_show_what_differs_newest_first(desk):
    _, author, reviewer, this = desk
    for description in ("Sweet and cold", "Sweet and very cold"):
        await reviewer.ask(CHANGE, input={"productId": this, "description": description})

    seen, after, has_next = [], None, True
    while has_next:
        page = (await author.ask(HISTORY, id=this, first=2, after=after)).data["productHistory"]
        seen += [each["node"] for each in page["edges"]]
        after, has_next = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert [(each["actorName"], each["action"]) for each in seen] == [
        ("Reviewer", "CHANGE_PRODUCT"),
        ("Reviewer", "CHANGE_PRODUCT"),
        ("Author", "CREATE_PRODUCT"),
    ]
    assert seen[0]["changes"] == [
        {
            "field": "description",
            "before": "Sweet and cold",
            "after": "Sweet and very cold",
            "pieces": [
                {"change": "SAME", "text": "Sweet and "},
                {"change": "ADDED", "text": "very "},
                {"change": "SAME", "text": "cold"},
            ],
        }
    ]


async def test_nobody_but_the_owner_sees_or_moves_a_listing(world, desk):
    chain, author, _, this = desk
    stranger = await world.member(chain.west, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.brand, "BUYER")
    asked = [(SUBMIT, {}), (APPROVE, {}), (REFUSE, {"reason": "No"}), (CONFIRM, {}), (LIST, {})]

    for key in (this, gid("Product", chain.brand)):
        for document, more in asked:
            answer = await stranger.ask(document, input={"productId": key} | more)
            assert answer.error_codes == ["NOT_FOUND"]
        for document in (LISTING, HISTORY):
            assert (await stranger.ask(document, id=key)).error_codes == ["NOT_FOUND"]
    assert (await buyer.ask(LISTING, id=this)).error_codes == ["FORBIDDEN"]
    assert (await stranger.ask(WORKLIST)).data["listings"]["edges"] == []
    assert await stage(author, this) == "DRAFT"


async def test_a_worklist_costs_the_same_whatever_its_length(world, desk, statements):
    _, author, reviewer, _ = desk
    counts = []
    for number in range(3):
        code = {"code": f"C{number}", "packaging": [{"level": "PIECE", "factor": "1"}]}
        made = await author.ask(CREATE, input=product(world, size(world) | code))
        await did(author, SUBMIT, productId=made.data["createProduct"]["id"])
        await reviewer.ask(WORKLIST)
        with statements.counting() as sent:
            await reviewer.ask(WORKLIST)
        counts.append(len(sent))

    # begin, who, products, reviews, commit
    assert counts == [5, 5, 5]


def _key(global_id) -> UUID:
    return UUID(GlobalID.from_id(global_id).node_id)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "new", [("ADDED", "new")]),
        ("old", "", [("REMOVED", "old")]),
        ("same", "same", [("SAME", "same")]),
        ("红茶", "绿茶", [("REMOVED", "红"), ("ADDED", "绿"), ("SAME", "茶")]),
    ],
)
def test_texts_are_compared_by_words_and_signs(before, after, pieces):
    found = compared(before, after)

    assert [(piece.change.value, piece.text) for piece in found] == pieces
    kept = "".join(piece.text for piece in found if piece.change is not TextChange.ADDED)
    assert kept == before


def test_very_long_texts_are_shown_whole():
    assert len(compared("a " * 5_000, "b " * 5_000)) == 2
