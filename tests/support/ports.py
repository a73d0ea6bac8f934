"""Ports that nobody else is given for as long as a test needs them."""

from chaos.ports import held_port

__all__ = ["held_port"]
