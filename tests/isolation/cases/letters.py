"""Letters of the platform: rows of nobody's network, which a listener finds by their own ids."""

from collections.abc import Mapping

JOBS: Mapping[str, tuple[str, ...]] = {
    "send_letter": ("Membership:SELLER",),
    "forget_ways_in": ("Membership:SELLER",),
    "end_trial": ("Tenant@network",),
}
