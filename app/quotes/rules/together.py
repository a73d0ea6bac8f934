"""What lost, written together by the reason: hundreds of prices and schemes lose by a few."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.pricing.rules import LosingCandidate
from app.promotions.rules.outcome import LosingScheme

Plain = dict[str, Any]


def losers_together(losers: Iterable[LosingCandidate]) -> list[Plain]:
    """Write prices that lost, in their order: rows of one list for one reason are one entry."""
    found: list[Plain] = []
    before: tuple[object, ...] | None = None
    for entry_id, list_id, name, code, reason in losers:
        why = list_id, name, code, reason
        if why != before:
            entry_ids: list[object] = []
            words = {"list_id": list_id, "list_name": name, "code": code, "reason": reason}
            found.append({**words, "entry_ids": entry_ids})
            before = why
        found[-1]["entry_ids"].append(entry_id)
    return found


def losers_apart(together: Iterable[Mapping[str, Any]]) -> list[Plain]:
    """Write prices that lost one by one."""
    found: list[Plain] = []
    for each in together:
        words = dict(each)
        found += [{"entry_id": entry_id, **words} for entry_id in words.pop("entry_ids")]
    return found


def schemes_together(losers: Iterable[LosingScheme]) -> list[Plain]:
    """Write schemes that gave nothing by the reason."""
    found: dict[tuple[str, str], list[Plain]] = {}
    for scheme_id, version_id, name, code, reason in losers:
        schemes = found.setdefault((code.value, reason), [])
        schemes.append({"scheme_id": scheme_id, "version_id": version_id, "name": name})
    return [
        {"code": code, "reason": reason, "schemes": schemes}
        for (code, reason), schemes in found.items()
    ]


def schemes_apart(together: Iterable[Mapping[str, Any]]) -> list[Plain]:
    """Write schemes that gave nothing one by one, in the order that they have in quotes."""
    found = [
        {**scheme, "code": each["code"], "reason": each["reason"]}
        for each in together
        for scheme in each["schemes"]
    ]
    return sorted(found, key=lambda one: (one["scheme_id"], one["version_id"], one["code"]))
