"""Of whom a rule asks approval: steps in turns, each of any or of all of some parties (R3-54)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class ApproverKind(StrEnum):
    """Who a rule may ask.

    ANYONE of the organisation with the right to decide; those of them in a ROLE; one PERSON; the
    MANAGER of who ordered; anyone with the right in the organisation above (PARENT). Where there is
    no manager or nobody above, anyone of the organisation itself.
    """

    ANYONE = "ANYONE"
    ROLE = "ROLE"
    PERSON = "PERSON"
    MANAGER = "MANAGER"
    PARENT = "PARENT"


class StepJoin(StrEnum):
    """Whether any one of a step's parties is enough, or all of them must agree."""

    ANY = "ANY"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Approver:
    """One party that a step asks; `id` is the role's or the person's membership's."""

    kind: ApproverKind
    id: UUID | None = None

    def stored(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"kind": self.kind.value, "id": str(self.id) if self.id else None}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Approver":
        """Read it from how it is kept."""
        return cls(ApproverKind(kept["kind"]), UUID(kept["id"]) if kept["id"] else None)


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One turn of a rule."""

    join: StepJoin
    approvers: tuple[Approver, ...]

    def stored(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"join": self.join.value, "approvers": [each.stored() for each in self.approvers]}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "RuleStep":
        """Read it from how it is kept."""
        return cls(StepJoin(kept["join"]), tuple(map(Approver.read, kept["approvers"])))


@dataclass(frozen=True, slots=True)
class Seat:
    """Who may decide: people of an organisation, all with the right, of a role, or one of them."""

    organisation_id: UUID
    role_id: UUID | None = None
    membership_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule speaks: for which organisation, what stands above, who manages who ordered."""

    organisation_id: UUID
    parent_id: UUID | None
    manager_id: UUID | None


def seats_of(step: RuleStep, place: Place) -> list[list[Seat]]:
    """Return the seats of each approval that a step asks for: one of any, or one each of all."""
    seats = list(dict.fromkeys(seat_of(each, place) for each in step.approvers))
    return [seats] if step.join is StepJoin.ANY else [[seat] for seat in seats]


def seat_of(approver: Approver, place: Place) -> Seat:
    """Return where one party of a step sits."""
    own = place.organisation_id
    if approver.kind is ApproverKind.ROLE:
        return Seat(own, role_id=approver.id)
    if approver.kind is ApproverKind.PERSON:
        return Seat(own, membership_id=approver.id)
    if approver.kind is ApproverKind.MANAGER:
        return Seat(own, membership_id=place.manager_id)
    return Seat((place.parent_id or own) if approver.kind is ApproverKind.PARENT else own)


def read_seat(kept: Sequence[str]) -> Seat:
    """Read a seat from the form that `told_apart` gives it."""
    organisation_id, role_id, membership_id = (
        None if word == "None" else UUID(word) for word in kept
    )
    if organisation_id is None:
        msg = "a seat is always somewhere"
        raise LookupError(msg)
    return Seat(organisation_id, role_id, membership_id)


def told_apart(seats: Sequence[Seat]) -> list[list[str]]:
    """Return seats in a form that is equal only for the same ones."""
    return sorted(
        [str(seat.organisation_id), str(seat.role_id), str(seat.membership_id)] for seat in seats
    )
