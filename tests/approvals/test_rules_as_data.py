"""Rules over more than the total: several steps, any of or all of, inherited, previewed."""

import pytest

from tests.support.approving import a_preview, asked, decide, inbox, make_rule, names
from tests.support.chain import Chain
from tests.support.world import gid

PREVIEW = """query($input: PreviewApprovalsInput!) { previewApprovals(input: $input) {
    total needsNobody isAskedOfPartner
    needed { ruleName sequence because asksAbove people { name } } } }"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


def anyone(kind="ANYONE", **more):
    return {"kind": kind, **more}


async def test_steps_of_several_people_come_one_after_the_other(chain):
    world = chain.world
    boss = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss")
    first = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="First")
    second = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Second")
    people = [
        anyone("PERSON", membershipId=gid("Membership", it.membership_id)) for it in (first, second)
    ]
    rule = await make_rule(
        boss,
        currency="CNY",
        threshold="100",
        name="Two, then anyone",
        steps=[{"join": "ALL", "approvers": people}, {"join": "ANY", "approvers": [anyone()]}],
    )
    buyer = await world.member(chain.retailer, "BUYER")

    order = await chain.place(buyer)
    asked_first = names(await asked(boss, order))
    early = await decide(boss, order)
    both = [await decide(person, order) for person in (first, second)]
    asked_last = names(await asked(boss, order))
    done = await decide(boss, order)
    after = await asked(boss, order)

    assert rule["steps"][0]["join"] == "ALL"
    assert asked_first == ["First", "Second"]
    assert (early, both, done) == (["NOT_POSSIBLE_NOW"], [["DONE"], ["DONE"]], ["DONE"])
    assert asked_last == ["Boss", "First", "Second"]
    assert (after["state"], after["whoCanAct"]) == ("CONFIRMED", [])
    assert [(step["sequence"], step["decidedByName"]) for step in after["approvals"]] == [
        (1, "First"),
        (1, "Second"),
        (2, "Boss"),
    ]


async def test_a_role_or_a_manager_is_asked_and_nobody_else_may(chain):
    world = chain.world
    boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN", name="Owner")
    manager = await world.member(chain.retailer, "ENTERPRISE_ADMIN", name="Manager")
    buyer = await world.member(chain.retailer, "BUYER")
    document = """mutation($input: SetApprovalManagerInput!) { setApprovalManager(input: $input) {
        ... on ApprovalManagerSet { managerMembershipId } } }"""
    given = {
        "membershipId": gid("Membership", buyer.membership_id),
        "managerMembershipId": gid("Membership", manager.membership_id),
    }
    await boss.ask(document, input=given)
    both = [anyone("MANAGER"), anyone("ROLE", roleId=gid("Role", world.roles["WAREHOUSE"]))]
    await make_rule(boss, party="BUYER", currency="CNY", steps=[{"join": "ANY", "approvers": both}])

    order = await chain.place(buyer)
    seen = await asked(boss, order)
    by_owner = await decide(boss, order)
    by_manager = await decide(manager, order)

    assert names(seen) == ["Manager"]
    assert (by_owner, by_manager) == (["NOT_POSSIBLE_NOW"], ["DONE"])


async def test_conditions_beside_the_total_decide(chain):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Admin")
    buyer = await world.member(chain.retailer, "BUYER")
    before = (await buyer.ask(PREVIEW, input=a_preview(chain))).data["previewApprovals"]
    met = [
        {"kind": "CATEGORY", "categoryIds": [gid("Category", world.category_id)]},
        {"kind": "NEW_CUSTOMER"},
        {"kind": "CHANNEL", "channels": ["WEBSITE"]},
    ]
    others = [
        {"kind": "CHANNEL", "channels": ["MOBILE_APP"]},
        {"kind": "DISCOUNT", "number": "5"},
        {"kind": "OVERDUE", "number": "1"},
        {"kind": "OUTSIDE_PRICE_BAND"},
        {"kind": "ROLE", "roleIds": [gid("Role", world.roles["BUYER"])]},
        {"kind": "PERSON", "membershipIds": [gid("Membership", admin.membership_id)]},
    ]
    rules = [await make_rule(admin, conditions=[each]) for each in [*met, *others]]
    await make_rule(admin, conditions=[met[0], others[0]])

    after = (await buyer.ask(PREVIEW, input=a_preview(chain))).data["previewApprovals"]
    order = await chain.place(buyer)
    steps = (await asked(admin, order))["approvals"]

    assert [rule["conditions"][0]["kind"] for rule in rules[:3]] == [it["kind"] for it in met]
    assert {rule["currency"] for rule in rules} == {None}
    assert (before["isAskedOfPartner"], before["needsNobody"]) == (False, True)
    assert (after["isAskedOfPartner"], after["needsNobody"]) == (True, False)
    assert (after["total"], after["needed"]) == ("143.19", [])
    assert sorted(step["because"] for step in steps) == [
        "Goods of a category that needs approval.",
        "It came in by WEBSITE.",
        "The customer is new.",
    ]


async def test_a_lower_organisation_inherits_adds_and_weakens_nothing(chain):
    world = chain.world
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN", name="Brand")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Admin")
    buyer = await world.member(chain.retailer, "BUYER")
    upper = await make_rule(
        brand, currency="CNY", threshold="100", isInheritable=True, name="Upper"
    )
    listed = (
        await admin.ask("{ approvalRules(inherited: true) { edges { node { id name } } } }")
    ).data
    stopping = """mutation($input: DeactivateApprovalRuleInput!) {
        deactivateApprovalRule(input: $input) { __typename } }"""
    stopped = await admin.ask(stopping, input={"ruleId": upper["id"]})
    await make_rule(admin, currency="CNY", threshold="50", name="Own", sequence=2)

    order = await chain.place(buyer)
    steps = (await asked(admin, order))["approvals"]
    others = await inbox(brand)
    by_brand = await decide(brand, order)
    by_admin = [await decide(admin, order), await decide(admin, order)]

    assert [edge["node"]["name"] for edge in listed["approvalRules"]["edges"]] == ["Upper"]
    assert stopped.error_codes == ["NOT_FOUND"]
    assert [(step["sequence"], step["because"]) for step in steps] == [
        (1, "The total is at least 100 CNY."),
        (2, "The total is at least 50 CNY."),
    ]
    assert (others, by_brand) == ([], ["NOT_FOUND"])
    assert by_admin == [["DONE"], ["DONE"]]


async def test_people_above_are_asked_by_the_unit_itself_and_see_no_more_than_that(chain):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Admin")
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN", name="Brand")
    buyer = await world.member(chain.retailer, "BUYER")
    await make_rule(
        admin, currency="CNY", threshold="100", steps=[{"approvers": [anyone("PARENT")]}]
    )

    small = await chain.place(buyer, "10", "PIECE", "29.83")
    order = await chain.place(buyer)
    waiting = await inbox(brand, fields="number total sellerName buyerName because")
    hidden = await brand.ask("query($id: ID!) { order(id: $id) { number } }", id=order["id"])
    mine = await decide(admin, order)
    above = await decide(brand, order, small)
    after = await asked(buyer, order)

    assert waiting == [
        {
            "number": order["number"],
            "total": "143.19",
            "sellerName": "East Distribution",
            "buyerName": "Corner Shop",
            "because": "The total is at least 100 CNY.",
        }
    ]
    assert hidden.error_codes == ["NOT_FOUND"]
    assert (mine, above) == (["NOT_POSSIBLE_NOW"], ["DONE", "NOT_FOUND"])
    assert (after["state"], after["approvals"]) == ("CONFIRMED", [])


async def test_a_preview_names_who_could_act_and_costs_the_same_for_all_rules(chain, statements):
    world = chain.world
    owner = await world.member(chain.retailer, "ENTERPRISE_ADMIN", name="Owner")
    buyer = await world.member(chain.retailer, "BUYER", name="Buyer")
    free = (await buyer.ask(PREVIEW, input=a_preview(chain))).data["previewApprovals"]
    spent = []

    for number in (1, 4):
        for place in range(number):
            await make_rule(owner, party="BUYER", currency="CNY", threshold="100", name=f"{place}")
        with statements.counting() as sent:
            found = (await buyer.ask(PREVIEW, input=a_preview(chain))).data["previewApprovals"]
        spent.append(len(sent))

    assert (free["needsNobody"], free["needed"]) == (True, [])
    assert (len(found["needed"]), found["needsNobody"]) == (5, False)
    assert found["needed"][0]["people"] == [{"name": "Owner"}]
    assert spent[0] == spent[1] == 7


async def test_a_rule_without_meaning_is_refused(chain):
    admin = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    document = """mutation($input: CreateApprovalRuleInput!) {
        createApprovalRule(input: $input) { __typename } }"""
    meaningless = [
        {},
        {"threshold": "5"},
        {"party": "BUYER", "conditions": [{"kind": "NEW_CUSTOMER"}]},
        {"conditions": [{"kind": "DISCOUNT"}]},
        {"conditions": [{"kind": "OVERDUE", "number": "0"}]},
        {"conditions": [{"kind": "OVERDUE", "number": "100001"}]},
        {"conditions": [{"kind": "CATEGORY", "categoryIds": []}]},
        {"currency": "CNY", "steps": [{"approvers": []}]},
        {"currency": "CNY", "steps": [{"approvers": [{"kind": "PERSON"}]}]},
        {"currency": "CNY", "isInheritable": True, "steps": [{"approvers": [{"kind": "PARENT"}]}]},
    ]

    answers = [
        (await admin.ask(document, input={"party": "SELLER", **given})).error_codes
        for given in meaningless
    ]
    after = (await admin.ask("{ approvalRules { edges { node { id } } } }")).data

    assert answers == [["INVALID"]] * len(meaningless)
    assert after["approvalRules"]["edges"] == []
