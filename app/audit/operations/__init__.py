"""What the audit trail offers to the packages above it."""

from app.audit.operations.recording import record

__all__ = ["record"]
