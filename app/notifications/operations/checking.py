"""What must hold of the words that organisations say instead of the built-in ones."""

from app.db.checking import Invariant, SumsBook
from app.notifications.languages import Language
from app.notifications.rules import NotificationKind, placeholders_of

_RIGHT = ", ".join(
    f"('{kind}', '{each.name}')"
    for kind in NotificationKind
    for each in placeholders_of(kind, Language.EN)
)

WORDS = SumsBook(
    "words",
    f"""
    used AS (
        SELECT id, kind, name[1] AS name
        FROM notification_template, regexp_matches(title || text, '{{([^{{}}]*)}}', 'g') AS name
        WHERE tenant_id = :tenant
    ), known(kind, name) AS (
        VALUES {_RIGHT}
    )""",  # noqa: S608  # our own words
    (
        Invariant(
            "templates-name-what-is-known",
            "own words of a notification name a value that its events do not have",
            """SELECT 1, (known.name IS NOT NULL)::int, used.id || ' ' || used.name
            FROM used LEFT JOIN known ON known.kind = used.kind AND known.name = used.name""",
        ),
    ),
)
"""The placeholders of templates."""
