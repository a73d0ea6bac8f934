"""Errors where they arose, and which of them a reader of the answer can see (GraphQL 6.4.4)."""

from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLError, located_error

from app.execution.plan import Step

Keys = tuple[str | int, ...]


class Failed:
    """Stands for a value that must not be null and is: what holds it becomes null."""

    def __repr__(self) -> str:
        """Name it in dumps."""
        return "FAILED"


FAILED: Final = Failed()


@dataclass(frozen=True, slots=True)
class Failure:
    """One error: where it arose, where its null lands, and its rank in the document's order."""

    error: Exception
    step: Step
    path: Keys
    landing: Keys
    rank: tuple[int, ...]

    def located(self) -> GraphQLError:
        """Return the error as it is answered."""
        return located_error(self.error, self.step.nodes, self.path)


class Failures:
    """All errors of a run; those below a null that another error made are not answered."""

    def __init__(self) -> None:
        """Begin without any."""
        self.all: list[Failure] = []

    def __bool__(self) -> bool:
        """Whether anything failed."""
        return bool(self.all)

    def note(self, error: Exception, step: Step, level: int, path: Keys) -> None:
        """Keep an error of a field's value at `path`, `level` lists deep."""
        self.all.append(Failure(error, step, path, _landing(step, level, path), _rank(step, path)))

    def visible(self, data: dict[str, Any] | None) -> list[GraphQLError]:
        """Return one error for each null that errors made, in the document's order."""
        first: dict[Keys, Failure] = {}
        for failure in sorted(self.all, key=lambda one: one.rank):
            if failure.landing not in first and _is_null_at(data, failure.landing):
                first[failure.landing] = failure
        return [failure.located() for failure in first.values()]


def _landing(step: Step, level: int, path: Keys) -> Keys:
    here: Step | None = step
    while here is not None:
        levels = here.shape.levels
        for shape in reversed(levels[: level + 1]):
            if not shape.is_required:
                return path
            path = path[:-1]
        here = here.position.parent
        level = len(here.shape.levels) - 1 if here else 0
    return ()


def _rank(step: Step, path: Keys) -> tuple[int, ...]:
    indexes: list[int] = []
    here: Step | None = step
    while here is not None:
        indexes.append(here.index)
        here = here.position.parent
    return tuple(key if isinstance(key, int) else indexes.pop() for key in path)


def _is_null_at(data: Any, path: Keys) -> bool:
    for key in path:
        if data is None:
            return False
        data = data[key]
    return data is None
