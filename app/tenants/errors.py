"""What tenants may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class TenantSlugTaken(Refused):
    """Another tenant has this short name."""

    code: ClassVar = "TENANT_SLUG_TAKEN"
    text: ClassVar = "A tenant with the short name {slug} exists already."
    field_path: ClassVar = "slug"
    slug: str


@dataclass(eq=False)
class TrialDecided(Refused):
    """The request was decided before, or its e-mail is not confirmed."""

    code: ClassVar = "TRIAL_DECIDED"
    text: ClassVar = "This request is {state} and cannot be decided."
    field_path: ClassVar = "trialRequestId"
    state: str
