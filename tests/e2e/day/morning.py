"""Morning: people, roles and rules are set in the office, and a shop becomes a customer."""

from base64 import b64decode

from tests.e2e.day.people import Day, only
from tests.e2e.stage import Person
from tests.support.documents import document
from tests.support.world import PASSWORD

TOLD_TO_ERP = (
    "RELATIONSHIP_OPENED",
    "PRODUCT_LISTED",
    "ORDER_CONFIRMED",
    "ORDER_SHIPPED",
    "INVOICE_ISSUED",
    "PAYMENT_RECORDED",
    "TICKET_CHANGED",
)
_SEEN_BY_ERP = """{ ... on Order { number state } ... on Invoice { total }
    ... on Ticket { subject } }"""
_LEADS = (
    "APPROVAL_DECIDE",
    "PRICE_READ",
    "PRICE_WRITE",
    "PRODUCT_WRITE",
    "ANNOUNCEMENT_WRITE",
)


async def the_office_opens(day: Day) -> None:
    """The enterprise administrator hires, clones a role, invites into it, and sets a rule."""
    boss, here = day.boss, day.boss.organisation
    lead = await clone(day, boss, "Sales representative", "Sales lead", *_LEADS)
    invited = await boss.must(
        "inviteMember",
        organisationId=here,
        name="Mei",
        email=f"mei@{day.domain}",
        roleIds=[lead],
    )
    token = await day.mailed_token(f"mei@{day.domain}")
    joining = {"token": token, "name": "Mei", "password": PASSWORD}
    joined = await day.stage.ask(document("joinByInvitation", 1), input=joining)
    assert joined.data["joinByInvitation"]["__typename"] == "Workplace"
    day.people["sales"] = await day.stage.sign_in(f"mei@{day.domain}")
    for name, part, role in (
        ("Wu", "service", "Customer service"),
        ("Sun", "keeper", "Warehouse keeper"),
        ("Zhou", "packer", "Warehouse keeper"),
    ):
        day.people[part] = await day.stage.hire(boss, here, name, role, at=day.domain)
    ask_the_lead = {"approvers": [{"kind": "ROLE", "roleId": lead}]}
    rule = await boss.must(
        "createApprovalRule", party="SELLER", threshold="500", currency="CNY", steps=[ask_the_lead]
    )
    assert await day.keeper.denied("createApprovalRule", party="SELLER", threshold="1") == (
        "FORBIDDEN"
    )
    await day.beside_see_nothing_of(invited["id"], lead, rule["id"], day.sales.membership)


async def the_office_is_connected(day: Day) -> None:
    """The ERP, the carrier and the payment provider are made known, with a secret each."""
    given = {"url": day.erp.url, "events": list(TOLD_TO_ERP), "selection": _SEEN_BY_ERP}
    made = await day.boss.must("createWebhook", idempotencyKey="erp", **given)
    day.hook = made["webhook"]["id"]
    services = [{"code": "NEXT", "name": "Next day", "days": 1}]
    courier = await day.boss.must(
        "createCarrier",
        idempotencyKey="courier",
        name="Coast Express",
        url=day.courier.server.url,
        services=services,
    )
    day.courier.introduced(courier)
    account = await day.boss.must(
        "setCheckoutAccount", address=day.provider.address, merchant="Harbour Trade"
    )
    day.provider.key = b64decode(account["secret"].removeprefix("whsec_"))
    day.provider.callback = day.stage.address + account["callbackPath"]
    await day.beside_see_nothing_of(day.hook, courier["carrier"]["id"])


async def a_shop_registers(day: Day) -> None:
    """By the seller's link; it is a customer once the seller agrees, on the seller's terms."""
    link = await day.boss.must("openRegistrationLink", label="Spring fair", mostADay=5)
    address = f"lin@{day.domain}"
    coming = {
        "token": link["token"],
        "companyName": "Lotus Corner",
        "taxNumber": "91310000MA1FL1",
        "street": "12 Long Street",
        "city": "Wuhan",
        "contactName": "Lin",
        "email": address,
    }
    await day.stage.ask(document("register", 1), input=coming)
    confirming = {"token": await day.mailed_token(address), "password": PASSWORD}
    confirmed = await day.stage.ask(document("confirmRegistration", 1), input=confirming)
    assert confirmed.data["confirmRegistration"]["sellerName"] == "Harbour Trade"
    waiting = await only(day.boss, "registrations", state="WAITING")
    (rival, *_) = day.others
    assert await rival.denied("approveRegistration", registrationId=waiting) == "NOT_FOUND"
    terms = {
        "paymentWays": ["ONLINE", "ON_ACCOUNT"],
        "paymentGate": "AFTER_APPROVAL",
        "creditLimit": "1000",
        "needsReview": True,
        "shortagePolicy": "SHORT_CLOSE",
    }
    await day.boss.must("approveRegistration", registrationId=waiting, terms=terms)
    day.people["owner"] = await day.stage.sign_in(address)
    day.relationship = await only(day.owner, "suppliers")
    rep = {"relationshipId": day.relationship, "membershipId": day.sales.membership}
    await day.boss.must("assignRep", **rep)
    await day.beside_see_nothing_of(waiting, link["id"], day.relationship, day.owner.organisation)


async def the_shop_settles_in(day: Day) -> None:
    """Its owner lets Li buy, who may decide on others' orders, within a budget."""
    owner, here = day.owner, day.owner.organisation
    await clone(day, owner, "Buyer", "Senior buyer", "APPROVAL_DECIDE")
    day.people["buyer"] = await day.stage.hire(owner, here, "Li", "Senior buyer", at=day.domain)
    budget = await owner.must(
        "createSpendingBudget",
        idempotencyKey="budget",
        name="Li's orders",
        currency="CNY",
        terms={"outcome": "ASK", "orderLimit": "500"},
        membershipId=day.buyer.membership,
    )
    await day.beside_see_nothing_of(budget["id"], day.buyer.membership)


async def clone(day: Day, person: Person, of: str, name: str, *more: str) -> str:
    """A role like another one, with more permissions in the own organisation."""
    roles = await day.stage.roles_of(person)
    made = await person.must(
        "cloneRole", roleId=roles[of], organisationId=person.organisation, name=name
    )
    grants = [
        {"permission": each["permission"], "scope": each["scope"], "effect": each["effect"]}
        for each in made["grants"]
        if each["permission"] not in more
    ]
    grants += [{"permission": each, "scope": "ORGANISATION"} for each in more]
    await person.must("changeRole", roleId=made["id"], name=name, grants=grants)
    roles[name] = made["id"]
    return made["id"]
