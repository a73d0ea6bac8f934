"""Announcements: their seller's, and for a time those of the customers they are for."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

_ALL = {"isForAll": True}


def _said(audience: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    words = [{"language": "EN", "title": "Mine", "text": "Mine"}]
    return {"idempotencyKey": once(), "words": words, "audience": audience, **more}


CASES: Mapping[str, tuple[Case, ...]] = {
    "announcements": NOTHING,
    "sentAnnouncements": NOTHING,
    "announcementReceipts": of(lambda it, _: {"announcementId": it["Announcement"]}),
    "createAnnouncement": given(lambda it, _: _said({"levelIds": [it["CustomerLevel"]]}))
    + given(lambda it, _: _said({"groupIds": [it["CustomerGroup"]]}))
    + given(lambda it, _: _said({"territoryIds": [it["Territory"]]}))
    + given(lambda it, _: _said({"relationshipIds": [it["TradingRelationship"]]}))
    + given(lambda it, _: _said(_ALL, productIds=[it["Product"]]))
    + given(lambda it, _: _said(_ALL, schemeIds=[it["TradeScheme"]])),
    "withdrawAnnouncement": given(lambda it, _: {"announcementId": it["Announcement"]}),
    "markAnnouncementsRead": given(
        lambda it, _: {"announcementIds": [it["Announcement"]]}, owner="buyer"
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {"Announcement": ("Announcement",)}
JOBS: Mapping[str, tuple[str, ...]] = {
    "spread_announcement": ("Announcement",),
    "begin_announcement": ("Announcement",),
}
