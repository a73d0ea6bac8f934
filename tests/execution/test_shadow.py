from app.execution.failures import Failures


async def test_a_query_is_asked_of_both_executors(world, shadow):
    before = shadow.compared

    await world.ask("{ viewer { name } }")

    assert shadow.compared == before + 1


async def test_a_disagreement_is_noted_with_its_query(world, shadow, monkeypatch):
    monkeypatch.setattr(Failures, "visible", lambda *_: [])

    await world.ask("{ viewer { name roles } }")

    (noted,) = shadow.disagreements
    shadow.disagreements.clear()
    assert "{ viewer { name roles } }" in noted


async def test_a_mutation_is_done_once(world, shadow):
    before = shadow.compared

    await world.ask("mutation { signOut { __typename } }")

    assert shadow.compared == before


async def test_statements_of_the_second_run_are_not_counted(world, statements):
    boss = await world.member(await world.organisation("Brand"), "ENTERPRISE_ADMIN")
    await boss.ask("{ viewer { name } }")

    with statements.counting() as sent:
        await boss.ask("{ viewer { name } }")

    assert len(sent) == 3  # begin, who acts, commit
