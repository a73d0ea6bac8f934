async def test_the_viewer_sees_own_permissions(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    keeper = await world.member(brand, "WAREHOUSE")

    with statements.counting() as sent:
        answer = await keeper.ask("{ viewer { name roles permissions { permission scope } } }")

    granted = {item["permission"]: item["scope"] for item in answer.data["viewer"]["permissions"]}
    assert granted["STOCK_WRITE"] == "ORGANISATION"
    assert "PRICE_WRITE" not in granted
    assert answer.data["viewer"]["roles"] == ["Warehouse keeper"]
    assert len(sent) == 4  # begin, who acts, what they may (first time only), commit


async def test_without_a_token_nothing_is_shown(world):
    answer = await world.ask("{ viewer { name } }")

    assert answer.error_codes == ["UNAUTHENTICATED"]
