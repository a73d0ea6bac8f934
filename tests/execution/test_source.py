import ast

import pytest
from graphql import NameNode, OperationDefinitionNode, get_operation_ast, parse, visit
from graphql.language import FieldNode, Visitor

from app.execution import Compiled, Compiler, NotCompiled
from tests.execution.small_schema import SCHEMA, Seen, compiled, run
from tests.support.effort import yardsticks

HOSTILE = (
    "run",
    "s",
    "c1",
    "FAILED",
    "None",
    "class",
    "__class__",
    "__import__",
    "await",
    "attributes",
    "p0",
)


def answer_of(text: str) -> Compiled | NotCompiled:
    document = parse(text)
    operation = get_operation_ast(document)
    assert isinstance(operation, OperationDefinitionNode)
    return Compiler(SCHEMA).compile(document, operation)


@pytest.mark.parametrize("alias", HOSTILE)
async def test_an_alias_is_never_a_name_in_the_source(alias):
    ran, _ = await run(f"{{ {alias}: pages(first: 1) {{ {alias}: number __typename }} }}")

    assert ran.data == {alias: [{alias: 0, "__typename": "Page"}]}


@pytest.mark.parametrize("text", ['"); raise SystemExit #', "'''", "\\\\u0000", '{}"'])
async def test_a_string_never_reaches_the_source(text):
    written = text.replace('"', '\\"')
    operation = compiled(f'{{ turned(how: "{written}") {{ __typename }} }}')

    ran = await operation.run(Seen(), None)

    assert ran.data == {"turned": [{"__typename": kind} for kind in ("Page", "Late", "Page")]}
    assert text not in operation.source


async def test_even_a_name_that_no_parser_lets_through_is_only_a_text():
    evil = "x']\n    raise SystemExit  # '"

    class Renaming(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> FieldNode | None:
            if node.name.value == "pages":
                return FieldNode(**_parts(node) | {"alias": NameNode(value=evil)})
            return None

    document = visit(parse("{ pages { number } }"), Renaming())
    operation = Compiler(SCHEMA).compile(document, get_operation_ast(document))
    ran = await operation.run(Seen(), None)

    assert ran.data == {evil: [{"number": 0}, {"number": 1}]}


def _parts(node: FieldNode) -> dict[str, object]:
    return {key: getattr(node, key) for key in node.keys if key != "loc"}


def test_the_source_can_be_read():
    source = compiled("{ pages { number shown: text notes { rank } } }").source

    assert ast.parse(source)
    assert "async def p0(run, s):" in source
    assert "# Page at 'pages'" in source
    assert "# 'shown': String" in source
    assert "await run.batch(" in source


def test_compiling_takes_little():
    text = "{ book { edges { cursor node { id number text at notes { of rank } } } } }"
    document = parse(text)
    compiler, operation = Compiler(SCHEMA), get_operation_ast(document)
    compiler.compile(document, operation)

    assert yardsticks(lambda: compiler.compile(document, operation)) < 1  # Ten times what it is.


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{ __schema { description } }", "introspection"),
        ('{ __type(name: "Page") { name } }', "introspection"),
        ("{ ...F } fragment F on Query { __schema { description } }", "introspection"),
        ("{ ... @defer { pages { number } } }", "directive"),
        ("{ pages @stream { number } }", "directive"),
        ("query @odd { pages { number } }", "directive on the operation"),
        ("query($b: Boolean = true) { pages @skip(if: $b) { id } }", "condition that may be null"),
        ("{" + " ".join(f"a{n}: pages {{ id }}" for n in range(2_501)) + "}", "too many fields"),
        (
            "{ ...F0 } "
            + " ".join(
                f"fragment F{n} on Query {{ a{n}: pages {{ id }} ...F{n + 1} ...F{n + 1} }}"
                for n in range(30)
            )
            + " fragment F30 on Query { pages { id } }",
            "too many fields",
        ),
    ],
)
def test_what_is_not_compiled_has_a_reason(text, reason):
    assert answer_of(text) == NotCompiled(reason)


async def test_a_variable_chooses_what_is_skipped_and_included():
    text = "query($a: Boolean!, $b: Boolean!) { pages(first: 1) { id @skip(if: $a) "
    operation = compiled(text + "number @include(if: $b) __typename } }")

    answers = [
        (await operation.run(Seen(), {"a": a, "b": b})).data["pages"][0].keys()
        for a in (True, False)
        for b in (True, False)
    ]

    assert [*map(list, answers)] == [
        ["number", "__typename"],
        ["__typename"],
        ["id", "number", "__typename"],
        ["id", "__typename"],
    ]


async def test_only_so_many_choices_are_kept():
    names = "abcdefg"
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: number @include(if: ${name})" for name in names)
    operation = compiled(f"query({declared}) {{ pages(first: 1) {{ __typename {fields} }} }}")

    for choice in range(2 ** len(names)):
        given = {name: bool(choice >> place & 1) for place, name in enumerate(names)}
        ran = await operation.run(Seen(), given)
        assert len(ran.data["pages"][0]) == 1 + choice.bit_count()

    assert operation.source.count("async def p0") == 32
