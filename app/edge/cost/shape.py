"""One walk over a document: what it costs, how deep and how wide it is; each fragment once.

Names are not trusted: the walk comes before validation. What the schema does not have costs
nothing and is counted all the same.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graphql import (
    DirectiveNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
)

from app.edge.cost.limits import (
    MOST_ARGUMENTS,
    MOST_DIGITS,
    MOST_ITEMS,
    MOST_NESTING,
    MOST_ROUNDS,
    MOST_UNKNOWN,
    DocumentLimits,
)
from app.edge.cost.points import Factor, Program, Value
from app.edge.cost.refusals import (
    FragmentCycle,
    TooDeep,
    TooDeepIntrospection,
    TooLongNumber,
    TooManyAliases,
    TooManyArguments,
    TooManyDirectives,
    TooManyFields,
    TooManyItems,
    TooManyUnknown,
    TooMuch,
    TooNested,
)
from app.edge.cost.sizes import Defaults, condition_of, size_of
from app.edge.cost.weights import FieldWeight, Weights

HUGE = 10**9
"""Where counting ends: no document of a few thousand tokens reaches it honestly."""


class ListField(NamedTuple):
    """A list that the field above may size, and its length where none does."""

    name: str
    assumed: int


@dataclass(slots=True)
class Measured:
    """What a selection set comes to, before the field above says how long its lists are."""

    fixed: Value = 0
    sized: Mapping[ListField, Value] = field(default_factory=dict[ListField, Value])
    """The cost of one item of each list that may be sized from above."""
    depth: int = 0
    nesting: int = 0
    selections: int = 0
    own_fields: int = 0
    rounds: int = 0


@dataclass(slots=True)
class _Tally:
    values: list[Value] = field(default_factory=list)
    kinds: defaultdict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))
    sized: defaultdict[ListField, list[Value]] = field(default_factory=lambda: defaultdict(list))
    depth: int = 0
    nesting: int = 0
    selections: int = 0
    own_fields: int = 0
    rounds: int = 0

    def widen(self, inside: Measured, *, below: int) -> None:
        """Take in the counts of what stands inside a selection; `below` is 1 for a field."""
        self.depth = max(self.depth, inside.depth + below)
        self.nesting = max(self.nesting, inside.nesting + 1)
        self.selections = min(self.selections + inside.selections + 1, HUGE)
        self.own_fields = min(self.own_fields + (1 if below else inside.own_fields), HUGE)

    def measured(self, program: Program) -> Measured:
        """Add everything up, so that spreading this again costs the same few steps."""
        kinds = program.largest([program.total(values) for values in self.kinds.values()])
        return Measured(
            program.total([*self.values, kinds]),
            {name: program.total(values) for name, values in self.sized.items()},
            self.depth,
            self.nesting,
            self.selections,
            self.own_fields,
            self.rounds,
        )


class Place(NamedTuple):
    """Where the walk is: the type whose fields are selected, and how far inside."""

    parent: str | None
    depth: int = 0
    nesting: int = 0


_NOTHING = Measured()


class Walk:
    """The walk over one document for one operation's variables."""

    def __init__(
        self,
        weights: Weights,
        fragments: Mapping[str, FragmentDefinitionNode],
        limits: DocumentLimits,
        defaults: Defaults,
    ) -> None:
        """Start with nothing counted."""
        self.program = Program()
        self.steps = self.aliases = self.directives = self.items = 0
        self._arguments = self._unknown = 0
        self._weights, self._limits, self._defaults = weights, limits, defaults
        self._fragments = fragments
        self._measured: dict[str, Measured | None] = {}
        self.spread: set[str] = set()

    def operation(self, node: OperationDefinitionNode) -> Measured:
        """Measure an operation."""
        self._count_directives(node.directives)
        for variable in node.variable_definitions or ():
            self._count_directives(variable.directives)
            if variable.default_value is not None:
                self._literal(variable.default_value)
        return self.selected(node.selection_set, Place(self._weights.root(node.operation.value)))

    def fragment(self, name: str, place: Place) -> Measured:
        """Measure a fragment, once; raises `FragmentCycle` for one that spreads itself."""
        if name in self._measured:
            known = self._measured[name]
            if known is None:
                raise FragmentCycle(name)
            return known
        node = self._fragments.get(name)
        if node is None:
            return _NOTHING
        self._measured[name] = None
        self._count_directives(node.directives)
        inside = place._replace(parent=node.type_condition.name.value)
        measured = self._measured[name] = self.selected(node.selection_set, inside)
        return measured

    def closed(self, measured: Measured) -> Value:
        """Work out the cost of a selection set whose lists have their own sizes."""
        return self._around(measured, frozenset())

    def selected(self, node: SelectionSetNode, place: Place) -> Measured:
        """Measure a selection set; raises where it is too deep to go on."""
        self._check_place(place, _NOTHING)
        tally = _Tally()
        for selection in node.selections:
            self.steps += 1
            _hold(TooManyFields, self.steps, self._limits.fields)
            self._count_directives(selection.directives)
            inside = self._select(tally, selection, place._replace(nesting=place.nesting + 1))
            self._check_place(place, inside)
            tally.widen(inside, below=int(isinstance(selection, FieldNode)))
        return tally.measured(self.program)

    def _check_place(self, place: Place, inside: Measured) -> None:
        _hold(TooDeep, place.depth + inside.depth, self._limits.depth)
        _hold(TooNested, place.nesting + inside.nesting, MOST_NESTING)

    def _select(self, tally: _Tally, selection: SelectionNode, place: Place) -> Measured:
        factor = condition_of(selection.directives or (), self._defaults)
        if isinstance(selection, FieldNode):
            return self._field(tally, selection, place, factor)
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            node = self._fragments.get(name)
            kind = node.type_condition.name.value if node else None
            self.spread.add(name)
            inside = self.fragment(name, place)
        else:
            assert isinstance(selection, InlineFragmentNode)
            condition = selection.type_condition
            kind = condition.name.value if condition else place.parent
            inside = self.selected(selection.selection_set, place._replace(parent=kind))
        self._put_in_place(tally, inside, factor, kind if kind != place.parent else None)
        tally.rounds = max(tally.rounds, inside.rounds)
        return inside

    def _put_in_place(
        self, tally: _Tally, inside: Measured, factor: Factor, kind: str | None
    ) -> None:
        product = self.program.product
        if kind is not None and self._weights.is_concrete(kind):
            tally.kinds[kind].append(product(factor, self.closed(inside)))
            return
        tally.values.append(product(factor, inside.fixed))
        for name, each in inside.sized.items():
            tally.sized[name].append(product(factor, each))

    def _field(self, tally: _Tally, node: FieldNode, place: Place, factor: Factor) -> Measured:
        self._count_arguments(node)
        weight = self._weights.field(place.parent, node.name.value)
        inside = _NOTHING
        if node.selection_set is not None:
            below = Place(weight.child if weight else None, place.depth + 1, place.nesting)
            inside = self.selected(node.selection_set, below)
        rounds = inside.rounds + int(weight is not None and weight.is_round)
        _hold(TooDeepIntrospection, rounds, MOST_ROUNDS)
        tally.rounds = max(tally.rounds, rounds)
        product = self.program.product
        if weight is None:
            self._unknown += 1
            _hold(TooManyUnknown, self._unknown, MOST_UNKNOWN)
            tally.values.append(product(factor, self.closed(inside)))
            return inside
        once, each = self._once_and_each(weight, inside)
        tally.values.append(product(factor, once))
        if node.name.value in self._weights.sizable(place.parent) and not weight.slicing:
            name = ListField(node.name.value, weight.assumed)
            tally.sized[name].append(product(factor, each))
        else:
            size = size_of(weight, node, self._defaults) if weight.is_sized else 1
            tally.values.append(product(factor, product(size, each)))
        return inside

    def _once_and_each(self, weight: FieldWeight, inside: Measured) -> tuple[Value, Value]:
        """Part a field's cost into what is paid once and what each item of its list costs."""
        total = self.program.total
        if not weight.sized_fields:
            return weight.call, total([weight.each, self.closed(inside)])
        around = self._around(inside, weight.sized_fields)
        lists = [each for name, each in inside.sized.items() if name.name in weight.sized_fields]
        return total([weight.call + weight.each, around]), total(lists)

    def _around(self, measured: Measured, sized_fields: frozenset[str]) -> Value:
        """Add up all but the lists that the field above sizes."""
        lists = [
            self.program.product(name.assumed, each)
            for name, each in measured.sized.items()
            if name.name not in sized_fields
        ]
        return self.program.total([measured.fixed, *lists])

    def _count_directives(self, directives: tuple[DirectiveNode, ...] | None) -> None:
        self.directives += len(directives or ())
        for directive in directives or ():
            for argument in directive.arguments or ():
                self._literal(argument.value)
        _hold(TooManyDirectives, self.directives, self._limits.directives)

    def _count_arguments(self, node: FieldNode) -> None:
        self.aliases += node.alias is not None
        _hold(TooManyAliases, self.aliases, self._limits.aliases)
        self._arguments += len(node.arguments or ())
        _hold(TooManyArguments, self._arguments, MOST_ARGUMENTS)
        for argument in node.arguments or ():
            self._literal(argument.value)

    def _literal(self, node: ValueNode) -> None:
        rest = [node]
        while rest:
            value = rest.pop()
            if isinstance(value, ListValueNode):
                self.items += len(value.values)
                rest += value.values
            elif isinstance(value, ObjectValueNode):
                rest += [item.value for item in value.fields]
            elif isinstance(value, IntValueNode | FloatValueNode):
                _hold(TooLongNumber, len(value.value), MOST_DIGITS)
        _hold(TooManyItems, self.items, MOST_ITEMS)


def _hold(refusal: type[TooMuch], asked: int, limit: int) -> None:
    if asked > limit:
        raise refusal(asked, limit)
