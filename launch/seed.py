"""Fill an empty network with what a newcomer wants to see."""

from launch.welcome import Demonstration


def seed_demo(app_dsn: str, owner_dsn: str) -> Demonstration:  # noqa: ARG001 - the seam's shape
    """Describe a network without members."""
    return Demonstration(sign_ins=(), query="", mutation="")
