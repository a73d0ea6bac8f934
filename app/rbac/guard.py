"""The gate of every command and query: one declaration, enforced here and shown in the SDL (F3)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from app.db.work import Work
from app.kernel.errors import Forbidden, Unauthenticated
from app.rbac.permissions import Permission

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Operation = Callable[Concatenate[Work, Parameters], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an operation asks for: any of `permissions`, or no more than a sign-in, or nothing."""

    permissions: tuple[Permission, ...]
    is_public: bool = False

    @property
    def sentence(self) -> str:
        """The requirement in words, as it stands in the SDL."""
        if self.permissions:
            return f"Requires {' or '.join(self.permissions)}."
        return "Open to everyone." if self.is_public else "Requires a sign-in."


DECLARATIONS: dict[str, Declaration] = {}


def requires(
    *permissions: Permission,
) -> Callable[[Operation[Parameters, Result]], Operation[Parameters, Result]]:
    """Let an operation run only for actors who hold one of the permissions, in any scope.

    With no permission named, a sign-in is enough. Raises `Forbidden` or `Unauthenticated`.
    """

    def guarded(operation: Operation[Parameters, Result]) -> Operation[Parameters, Result]:
        @wraps(operation)
        async def checked(
            work: Work, /, *args: Parameters.args, **options: Parameters.kwargs
        ) -> Result:
            _check(work, permissions)
            return await operation(work, *args, **options)

        DECLARATIONS[_name(operation)] = Declaration(permissions)
        return checked

    return guarded


def open_to_everyone(operation: Operation[Parameters, Result]) -> Operation[Parameters, Result]:
    """Declare that an operation needs no sign-in, such as signing in itself."""
    DECLARATIONS[_name(operation)] = Declaration((), is_public=True)
    return operation


def declaration_of(operation: Callable[..., object]) -> Declaration:
    """Return what a guarded operation asks for; raises `LookupError` when it declares nothing."""
    try:
        return DECLARATIONS[_name(operation)]
    except KeyError:
        msg = f"{_name(operation)} declares no permission; guard it with @requires"
        raise LookupError(msg) from None


def _check(work: Work, permissions: tuple[Permission, ...]) -> None:
    if work.actor.identity_id is None and not work.actor.is_system:
        raise Unauthenticated("no access token was given")
    if permissions and not any(work.actor.may(permission) for permission in permissions):
        raise Forbidden(" or ".join(permissions))


def _name(operation: Callable[..., object]) -> str:
    return f"{operation.__module__}.{operation.__qualname__}"
