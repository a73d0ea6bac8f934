from tests.support.world import gid

CHANGE = """mutation($input: ChangeOrganisationInput!) { changeOrganisation(input: $input) {
    ... on Organisation { id name city standardMarginPercent } ... on Refusal { code } } }"""


async def test_an_organisation_changes_its_own_details_only(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", parent=brand)
    admin = await world.member(shop, "ENTERPRISE_ADMIN")
    given = {"name": " Corner Shop ", "city": "Ningbo", "standardMarginPercent": "12.5"}

    answer = await admin.ask(CHANGE, input=given)
    seen = await admin.ask(
        """query($id: ID!) { auditTrail(subjectId: $id) { edges { node { action } } } }""",
        id=gid("Organisation", shop),
    )

    assert answer.data["changeOrganisation"] == {
        "id": gid("Organisation", shop),
        "name": "Corner Shop",
        "city": "Ningbo",
        "standardMarginPercent": "12.50",
    }
    actions = [edge["node"]["action"] for edge in seen.data["auditTrail"]["edges"]]
    assert actions == ["CHANGE_ORGANISATION"]


async def test_details_without_meaning_change_nothing(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    keeper = await world.member(brand, "WAREHOUSE")

    nameless = await admin.ask(CHANGE, input={"name": " "})
    generous = await admin.ask(CHANGE, input={"name": "B", "standardMarginPercent": "-1"})
    forbidden = await keeper.ask(CHANGE, input={"name": "Mine"})
    kept = await admin.ask(
        "query($id: ID!) { organisation(id: $id) { name } }", id=gid("Organisation", brand)
    )

    fields = [item.body["errors"][0]["extensions"]["field"] for item in (nameless, generous)]
    assert fields == ["name", "standardMarginPercent"]
    assert forbidden.error_codes == ["FORBIDDEN"]
    assert kept.data["organisation"]["name"] == "Brand"
