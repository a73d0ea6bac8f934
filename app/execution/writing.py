"""Writes the functions of a plan's positions as Python source: straight lines, no cleverness.

Nothing that a client wrote is ever put into the source but as a `repr`: values are named by
number and come in through the functions' namespace.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's types are generic without parameters.

from typing import Any

from graphql import OperationType

from app.execution.columns import attributes
from app.execution.failures import FAILED
from app.execution.keeping import keeping_of, merged
from app.execution.plan import Plan, Position, Step
from app.execution.strawberry_contact import Attribute, Batch, GlobalId
from app.execution.surprises import assembled, leaves, objects, put_back

_SHARED = {
    "FAILED": FAILED,
    "assembled": assembled,
    "attributes": attributes,
    "leaves": leaves,
    "merged": merged,
    "objects": objects,
    "put_back": put_back,
}


class Written:
    """The source and the namespace of one plan's functions; it grows with the plan."""

    def __init__(self, plan: Plan) -> None:
        """Write all positions that the plan has by now."""
        self.plan = plan
        self._namespace: dict[str, Any] = dict(_SHARED)
        self._done = 0
        self._is_serial = plan.asked.operation.operation is OperationType.MUTATION
        self.catch_up()
        plan.write = self.catch_up

    def catch_up(self) -> None:
        """Write the positions that came since."""
        fresh = self.plan.positions[self._done :]
        self._done = len(self.plan.positions)
        source = self._source(fresh)
        exec(compile(source, "<operation>", "exec"), self._namespace)  # noqa: S102  # no word of the client's is in it but by repr
        for position in fresh:
            position.complete = self._namespace[f"p{position.number}"]

    @property
    def source(self) -> str:
        """What was written so far; written anew, for it is seldom looked at."""
        return self._source(self.plan.positions[: self._done])

    def _source(self, positions: list[Position]) -> str:
        return "\n\n".join(self._function(position) for position in positions)

    def _function(self, position: Position) -> str:
        lines = [f"async def p{position.number}(run, s):", f"    # {_place(position)}"]
        is_serial = self._is_serial and position.parent is None
        for step in position.steps:
            self._name(step)
            lines += (f"    {line}" for line in _lines(step))
            if is_serial and step.shape.is_required:
                lines += [f"    if c{step.number}[0] is FAILED:", "        return [FAILED]"]
        lines += (f"    {line}" for line in _answer(position))
        return "\n".join(lines) + "\n"

    def _name(self, step: Step) -> None:
        number, source = step.number, step.source
        names = self._namespace
        names[f"f{number}"] = step
        if isinstance(source, Attribute):
            names[f"get{number}"] = source.read
        elif isinstance(source, GlobalId):
            names[f"ids{number}"] = source.of_all
        if step.leaf is not None:
            names[f"leaf{number}"] = step.leaf
        if step.objects is not None:
            names[f"flat{number}"] = step.objects.flat
            names[f"back{number}"] = step.objects.restored
            names[f"kept{number}"] = keeping_of(step)


def _lines(step: Step) -> list[str]:
    number = step.number
    spent = [f"run.spent += {step.weight:d} * len(s{'' if step.leaf else number})"]
    heading = [f"# {step.key!r}: {step.definition.type}"]
    body = _leaf_lines(step) if step.leaf is not None else _object_lines(step)
    return heading + body + (spent if step.weight else [])


def _fetch(step: Step) -> str:
    number, source = step.number, step.source
    if isinstance(source, Attribute):
        return f"attributes(get{number}, s)"
    if isinstance(source, Batch):
        return f"await run.batch(f{number}, s)"
    return f"await run.call(f{number}, s)"


def _leaf_lines(step: Step) -> list[str]:
    # A function is never called without sources: a column is empty for a surprise only.
    number = step.number
    if isinstance(step.source, GlobalId):
        return [f"c{number} = ids{number}(s) or await leaves(run, f{number}, {_fetch(step)})"]
    return [
        f"v{number} = {_fetch(step)}",
        f"c{number} = leaf{number}(v{number}) or await leaves(run, f{number}, v{number})",
    ]


def _object_lines(step: Step) -> list[str]:
    number = step.number
    below = f"run.by_type(f{number}, s{number})"
    if not step.is_abstract:
        (part,) = step.parts.values()
        below = f"p{part.number}(run, s{number})"
    slow, fast = (
        f"put_back(run, f{number}, d{number})",
        f"back{number}(run.raw[{number}], d{number})",
    )
    back = f"{slow} if run.failed else {fast}"
    if keeping_of(step) is not None:
        return _kept_lines(step, below)
    return [
        f"v{number} = run.raw[{number}] = {_fetch(step)}",
        f"s{number} = flat{number}(v{number})",
        f"if s{number} is None:",
        f"    s{number} = await objects(run, f{number}, v{number})",
        f"d{number} = await {below} if s{number} else []",
        f"c{number} = {back}",
    ]


def _kept_lines(step: Step, below: str) -> list[str]:
    """Make only what no list has kept an answer of; one surprise among that, and all is made."""
    number = step.number
    known, given, left, objects, done, made = (f"{letter}{number}" for letter in "kvlsdc")
    raw = f"run.raw[{number}]"
    return [
        f"{given} = {left} = {raw} = {_fetch(step)}",
        f"{known}, spent = kept{number}.known({given})",
        f"if {known} is not None:",
        f"    {left} = [v for v, k in zip({given}, {known}) if k is None]",
        f"    {raw} = [v if k is None else None for v, k in zip({given}, {known})]",
        f"{objects} = flat{number}({left})",
        f"if {objects} is None:",
        f"    {known}, spent, {raw} = None, 0, {given}",
        f"    {objects} = await objects(run, f{number}, {given})",
        f"    {left} = {raw}",
        "run.spent += spent",
        f"{done} = await {below} if {objects} else []",
        "if run.failed:",
        f"    {made} = put_back(run, f{number}, {done})",
        f"    if {known} is not None:",
        f"        {made} = [c if k is None else k for c, k in zip({made}, {known})]",
        "else:",
        f"    {made} = back{number}({left}, {done})",
        f"    kept{number}.keep({left}, {made})",
        f"    if {known} is not None:",
        f"        {made} = merged({known}, {made})",
    ]


def _answer(position: Position) -> list[str]:
    columns = {step.key: f"c{step.number}" for step in position.steps}
    if not columns:
        constant = ", ".join(f"{key!r}: {value!r}" for key, value in position.constants.items())
        return [f"return [{{{constant}}} for _ in s]"]
    items = {
        key: repr(position.constants[key]) if key in position.constants else f"a{place}"
        for place, key in enumerate(position.keys)
    }
    names = [name for key, name in items.items() if key in columns]
    shown = ", ".join(f"{key!r}: {item}" for key, item in items.items())
    given = ", ".join(columns[key] for key in items if key in columns)
    loop = f"{', '.join(names)} in zip({given})" if len(names) > 1 else f"{names[0]} in {given}"
    return [
        "if run.failed:",
        f"    return assembled(f{position.steps[0].number}.position, ({given},))",
        f"return [{{{shown}}} for {loop}]",
    ]


def _place(position: Position) -> str:
    keys: list[str] = []
    step = position.parent
    while step is not None:
        keys.append(step.key)
        step = step.position.parent
    return f"{position.type.name} at {'.'.join(reversed(keys))!r}"
