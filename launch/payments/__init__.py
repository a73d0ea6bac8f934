"""A payment provider that is none: a real server that takes no money, to develop and test with."""

from launch.payments.simulated import SimulatedProvider

__all__ = ["SimulatedProvider"]
