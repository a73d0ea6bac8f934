"""How many pairs of fields validation must compare, because they fill one place of the answer.

Validation compares every pair of fields with one response name in one place, and all pairs
inside them: its time is the square of what stands here. So the pairs are counted first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from app.edge.cost.refusals import TooManyEqualFields

Fragments = Mapping[str, FragmentDefinitionNode]


def check_equal_fields(roots: Iterable[SelectionSetNode], fragments: Fragments, most: int) -> int:
    """Count the pairs; raises `TooManyEqualFields` as soon as they are too many.

    The number of selections with all fragments in place must be bounded before: this walks them.
    """
    pairs = 0
    places = [[root] for root in roots]
    while places:
        for nodes in fields_by_name(places.pop(), fragments):
            pairs += len(nodes) * (len(nodes) - 1) // 2
            if pairs > most:
                raise TooManyEqualFields(pairs, most)
            inside = [node.selection_set for node in nodes if node.selection_set]
            if inside:
                places.append(inside)
    return pairs


def fields_by_name(
    sets: Iterable[SelectionSetNode], fragments: Fragments
) -> Iterator[list[FieldNode]]:
    """Yield the fields that fill one place of the answer together, fragments put in place."""
    found: defaultdict[str, list[FieldNode]] = defaultdict(list)
    seen: set[str] = set()
    rest = list(sets)
    while rest:
        for selection in rest.pop().selections:
            if isinstance(selection, FieldNode):
                found[(selection.alias or selection.name).value].append(selection)
            elif isinstance(selection, InlineFragmentNode):
                rest.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in fragments and name not in seen:
                    seen.add(name)
                    rest.append(fragments[name].selection_set)
    yield from found.values()
