"""A document's cost rule: everything but the variables is worked out once."""

from collections.abc import Mapping
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

from app.edge.cost.limits import DocumentLimits
from app.edge.cost.merging import check_equal_fields
from app.edge.cost.points import MOST, Program, Value
from app.edge.cost.refusals import (
    EqualFragments,
    TooCostly,
    TooManyFragments,
    TooManyMutations,
    TooManySelections,
    TooManyVariables,
    TooMuch,
)
from app.edge.cost.shape import Measured, Place, Walk
from app.edge.cost.sizes import items_in
from app.edge.cost.weights import weights_of


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
    _program: Program
    _value: Value

    def requested(self, variables: Mapping[str, Any] | None) -> int:
        """Work out the points that a request asks for, at most `MOST`; coerces nothing."""
        given = variables or {}
        points = self._program.run(self._value, given)
        return min(points + items_in(given, MOST), MOST)

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
    """
    fragments = _fragments(document)
    _hold(TooManyFragments, len(fragments), limits.most_fragments)
    declared = operation.variable_definitions or ()
    _hold(TooManyVariables, len(declared), limits.most_variables)
    defaults = {variable.variable.name.value: variable.default_value for variable in declared}
    walk = Walk(weights_of(schema), fragments, limits, defaults)
    measured = walk.operation(operation)
    if operation.operation is not OperationType.QUERY:
        _hold(TooManyMutations, measured.own_fields, limits.most_mutations)
    roots = _other_roots(walk, document, operation, fragments)
    selections = measured.selections + sum(root.selections for root, _ in roots)
    _hold(TooManySelections, selections, limits.most_selections)
    places = [operation.selection_set, *(node for _, node in roots)]
    return CostRule(
        most=limits.most_cost,
        depth=measured.depth,
        selections=selections,
        aliases=walk.aliases,
        directives=walk.directives,
        items=walk.items,
        equal_pairs=check_equal_fields(places, fragments, limits.most_equal_pairs),
        steps=walk.steps,
        _program=walk.program,
        _value=walk.program.total([walk.closed(measured), walk.items]),
    )


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


def _hold(refusal: type[TooMuch], asked: int, limit: int) -> None:
    if asked > limit:
        raise refusal(asked, limit)
