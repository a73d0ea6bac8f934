CHANGE = """mutation($input: ChangeNetworkSettingsInput!) { changeNetworkSettings(input: $input) {
    ... on Tenant { name taxMode } ... on Refusal { code } } }"""


async def test_a_system_administrator_changes_the_own_network(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "SYSTEM_ADMIN")

    answer = await admin.ask(CHANGE, input={"name": "Delta network", "taxMode": "PER_GROUP"})

    assert answer.data["changeNetworkSettings"] == {
        "name": "Delta network",
        "taxMode": "PER_GROUP",
    }


async def test_nobody_else_changes_the_network(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    answer = await admin.ask(CHANGE, input={"name": "Mine", "taxMode": "PER_LINE"})

    assert answer.error_codes == ["FORBIDDEN"]
