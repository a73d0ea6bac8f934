"""A document's cost rule: everything but the variables is worked out once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from app.edge.cost.limits import (
    MOST_EQUAL_PAIRS,
    MOST_FRAGMENTS,
    MOST_VARIABLES,
    DocumentLimits,
)
from app.edge.cost.merging import check_equal_fields, fields_by_name
from app.edge.cost.points import MOST, Program, Value
from app.edge.cost.refusals import (
    EqualFragments,
    TooCostly,
    TooManyFields,
    TooManyFragments,
    TooManyMutations,
    TooManyVariables,
    TooMuch,
)
from app.edge.cost.shape import Measured, Place, Walk
from app.edge.cost.sizes import items_in
from app.edge.cost.weights import Weights, weights_of


@dataclass(frozen=True, slots=True)
class CostRule:
    """What an operation costs; the numbers beside it are of the whole document."""

    most: int
    depth: int
    selections: int
    aliases: int
    directives: int
    items: int
    equal_pairs: int
    steps: int
    """Selections visited: never more than the document has."""
    called: int
    """The weights of the root fields, paid whatever they find."""
    _program: Program
    _value: Value

    def requested(self, variables: Mapping[str, Any] | None) -> int:
        """Work out the points that a request asks for, at most `MOST`; coerces nothing.

        Of lists in variables that pass the limit by themselves not every one is counted.
        """
        given = variables or {}
        points = self._program.run(self._value, given)
        return min(points + items_in(given, self.most), MOST)

    def actual(self, made: int, variables: Mapping[str, Any] | None) -> int:
        """Work out what a request came to when objects of the weight `made` were made."""
        asked = self.requested(variables)
        return min(self.called + made + items_in(variables or {}, self.most), asked)

    def within(self, variables: Mapping[str, Any] | None) -> int:
        """Return the points requested; raises `TooCostly` when they are too many."""
        points = self.requested(variables)
        if points > self.most:
            raise TooCostly(points, self.most)
        return points


def cost_of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    limits: DocumentLimits,
) -> CostRule:
    """Make an operation's rule, in time linear in the document; raises `DocumentRefused`.

    It may come before validation: unknown names cost nothing, circles of fragments are refused.
    What costs too much whatever the variables is refused here, the rest by `within`.
    """
    fragments = _fragments(document)
    _hold(TooManyFragments, len(fragments), MOST_FRAGMENTS)
    declared = operation.variable_definitions or ()
    _hold(TooManyVariables, len(declared), MOST_VARIABLES)
    defaults = {variable.variable.name.value: variable.default_value for variable in declared}
    weights = weights_of(schema)
    walk = Walk(weights, fragments, limits, defaults)
    measured = walk.operation(operation)
    if operation.operation is not OperationType.QUERY:
        _hold(TooManyMutations, measured.own_fields, limits.root_mutations)
    roots = _other_roots(walk, document, operation, fragments)
    selections = measured.selections + sum(root.selections for root, _ in roots)
    _hold(TooManyFields, selections, limits.fields)
    places = [operation.selection_set, *(node for _, node in roots)]
    value = walk.program.total([walk.closed(measured), walk.items])
    if isinstance(value, int):
        _hold(TooCostly, value, limits.operation_cost)
    return CostRule(
        most=limits.operation_cost,
        depth=measured.depth,
        selections=selections,
        aliases=walk.aliases,
        directives=walk.directives,
        items=walk.items,
        equal_pairs=check_equal_fields(places, fragments, MOST_EQUAL_PAIRS),
        steps=walk.steps,
        called=_called(weights, operation, fragments),
        _program=walk.program,
        _value=value,
    )


def appraising(
    schema: GraphQLSchema, limits: DocumentLimits
) -> Callable[[DocumentNode, OperationDefinitionNode], CostRule]:
    """Bind `cost_of` to a schema, whose weights are looked at now, and to limits."""
    weights_of(schema)
    return lambda document, operation: cost_of(schema, document, operation, limits)


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    fragments: dict[str, FragmentDefinitionNode] = {}
    for node in document.definitions:
        if not isinstance(node, FragmentDefinitionNode):
            continue
        if fragments.setdefault(node.name.value, node) is not node:
            raise EqualFragments(node.name.value)
    return fragments


def _other_roots(
    walk: Walk,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> list[tuple[Measured, SelectionSetNode]]:
    """Measure what the operation does not reach: validation goes through it all the same."""
    found = [
        (walk.operation(node), node.selection_set)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode) and node is not operation
    ]
    measured = {name: walk.fragment(name, Place(None)) for name in fragments}
    return found + [
        (measured[name], node.selection_set)
        for name, node in fragments.items()
        if name not in walk.spread
    ]


def _called(
    weights: Weights,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> int:
    root = weights.root(operation.operation.value)
    called = [
        weights.field(root, nodes[0].name.value)
        for nodes in fields_by_name([operation.selection_set], fragments)
    ]
    return sum(weight.call for weight in called if weight)


def _hold(refusal: type[TooMuch], asked: int, limit: int) -> None:
    if asked > limit:
        raise refusal(asked, limit)
