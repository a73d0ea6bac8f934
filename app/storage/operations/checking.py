"""What must always hold of stored files."""

from app.db.checking import Invariant, SumsBook

FILES = SumsBook(
    "files",
    """
    whole AS (
        SELECT file_id, sum(length(content)) AS size, count(*) AS parts, max(number) AS last,
            encode(sha256(string_agg(content, ''::bytea ORDER BY number)), 'hex') AS sha256
        FROM stored_file_part WHERE tenant_id = :tenant GROUP BY file_id
    ), file AS (
        SELECT id, size, sha256 FROM stored_file
        WHERE tenant_id = :tenant AND stored_at IS NOT NULL
    )""",
    (
        Invariant(
            "files-have-their-bytes",
            "a stored file has other bytes than were stored",
            """SELECT file.sha256, whole.sha256, coalesce(file.id, whole.file_id)
            FROM file FULL JOIN whole ON whole.file_id = file.id""",
        ),
        Invariant(
            "files-have-their-size",
            "a stored file says another size than it has",
            "SELECT file.size, whole.size, id FROM file JOIN whole ON whole.file_id = file.id",
        ),
        Invariant(
            "parts-are-numbered",
            "a stored file's parts are not numbered through",
            "SELECT parts, last::bigint, file_id FROM whole",
        ),
    ),
)
"""A file's bytes are those that came, all of them and in order."""
