async def test_a_document_of_too_many_tokens_is_refused_unread(world):
    flood = "{ " + "viewer { name } " * 2_000 + "}"

    answer = await world.ask(flood)

    assert answer.error_codes == ["INVALID"]


async def test_a_body_beyond_the_limit_is_refused(world):
    response = await world.http.post("/graphql", json={"query": "#" + "x" * 300_000})

    assert response.status_code == 413
