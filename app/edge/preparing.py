"""From a document's text to an operation that is ready to run, the cheap checks first.

Tokens are counted, then it is parsed, then one operation is picked and appraised, and only then
is the document validated, which is the dearest step and quadratic in places.
"""

from collections.abc import Generator
from dataclasses import dataclass

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from app.edge.errors import BadRequest
from app.edge.introspection import Introspecting, Introspections, is_introspection
from app.edge.plans import Appraise, Compiler, CostRule, Declined, PlainPlan, Plan, core_schema
from app.edge.tokens import has_more_tokens
from app.schema.edge import check_literals

MOST_TOKENS = 2_500
MOST_CHARACTERS = 64 * 1024
MOST_COMMENTS = 200
_MOST_ERRORS = 10
_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_WITHOUT_COMPILER = "no compiler was given"


class Unrunnable(Exception):
    """A document that no operation can be run from; the errors are GraphQL's own."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        """Keep them all."""
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Prepared:
    """One operation, checked and planned; `reason` says why graphql-core has to run it."""

    document: DocumentNode
    operation: OperationDefinitionNode
    plan: Plan
    reason: str | None
    cost: CostRule | None
    is_trusted: bool

    @property
    def name(self) -> str | None:
        """The operation's own name."""
        return self.operation.name.value if self.operation.name else None

    @property
    def kind(self) -> OperationType:
        """Whether it asks, does or follows."""
        return self.operation.operation


Steps = Generator[None, None, Prepared]


class Prepare:
    """Makes `Prepared` operations for one schema."""

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        compiler: Compiler | None = None,
        appraise: Appraise | None = None,
        most_tokens: int = MOST_TOKENS,
        most_characters: int = MOST_CHARACTERS,
    ) -> None:
        """Without a compiler graphql-core runs everything; without `appraise` nothing costs."""
        self._schema = schema
        self._compiler = compiler
        self._appraise = appraise
        self._most_tokens, self._most_characters = most_tokens, most_characters
        self._introspections = Introspections()

    def __call__(self, text: str, operation_name: str | None) -> Prepared:
        """Prepare one operation; raises `BadRequest` beyond a bound, `Unrunnable` when wrong."""
        return _outcome(self.steps(text, operation_name))

    def steps(self, text: str, operation_name: str | None) -> Steps:
        """Prepare it with a halt after each step, so that others need not wait for the last."""
        document = self._parsed(text)
        yield
        operation = _picked(document, operation_name)
        return (yield from self._prepared(text, document, operation, is_trusted=False))

    def all_of(self, text: str) -> list[Prepared]:
        """Prepare every operation of a trusted document; raises as for one."""
        document = self._parsed(text)
        return [
            _outcome(self._prepared(text, document, operation, is_trusted=True))
            for operation in _operations(document)
        ]

    def _prepared(
        self,
        text: str,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        *,
        is_trusted: bool,
    ) -> Steps:
        cost = self._appraise(document, operation) if self._appraise else None
        schema = core_schema(self._schema)
        yield
        if errors := validate(schema, document, _RULES, _MOST_ERRORS, hide_suggestions=True):
            raise Unrunnable(errors)
        if "\x00" in text or "\\u" in text:
            _check_literals(document)
        yield
        plan, reason = self._planned(document, operation)
        return Prepared(document, operation, plan, reason, cost, is_trusted)

    def _parsed(self, text: str) -> DocumentNode:
        if len(text) > self._most_characters:
            raise BadRequest(
                413, f"a document has at most {self._most_characters} characters", code="TOO_LARGE"
            )
        if has_more_tokens(text, self._most_tokens):
            raise self._too_many_tokens()
        try:
            return parse(text, max_lexical_tokens=self._most_tokens, max_comments=MOST_COMMENTS)
        except GraphQLError as error:
            if "Document contains more than" in error.message:
                raise self._too_many_tokens() from None
            raise Unrunnable([error]) from None

    def _too_many_tokens(self) -> BadRequest:
        sentence = f"a document has at most {self._most_tokens} tokens and {MOST_COMMENTS} comments"
        return BadRequest(400, sentence, code="TOO_MANY_TOKENS")

    def _planned(
        self, document: DocumentNode, operation: OperationDefinitionNode
    ) -> tuple[Plan, str | None]:
        name = operation.name.value if operation.name else None
        plain = PlainPlan(self._schema, document, name)
        if self._compiler is None:
            return plain, _WITHOUT_COMPILER
        made = self._compiler.compile(document, operation)
        if not isinstance(made, Declined):
            return made, None
        fragments = [
            node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        ]
        if is_introspection(operation, fragments):
            asked = Introspecting(plain, document, operation, self._introspections)
            return asked, made.reason
        return plain, made.reason


def _outcome(steps: Steps) -> Prepared:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _picked(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = _operations(document)
    if name is None:
        if len(operations) == 1:
            return operations[0]
        problem = "say which operation to run" if operations else "the document has no operation"
        raise Unrunnable([GraphQLError(problem)])
    for operation in operations:
        if operation.name and operation.name.value == name:
            return operation
    raise Unrunnable([GraphQLError("the document has no operation of this name")])


def _check_literals(document: DocumentNode) -> None:
    try:
        check_literals(document)
    except GraphQLError as error:
        raise Unrunnable([error]) from None
