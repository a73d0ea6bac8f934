"""Bringing tables in and taking them out."""

from app.exchange.commands.exports import BEGUN, NewExport, begin_export, carry_export
from app.exchange.commands.imports import (
    STEP,
    NewImport,
    apply_import,
    begin_import,
    carry_import,
)

__all__ = [
    "BEGUN",
    "STEP",
    "NewExport",
    "NewImport",
    "apply_import",
    "begin_export",
    "begin_import",
    "carry_export",
    "carry_import",
]
