"""The edge's one refusal: a request that is turned away before any resolver runs."""

from collections.abc import Mapping

INVALID = "INVALID"


class BadRequest(Exception):
    """A request that is not carried out: an HTTP status, a sentence and a code for programs.

    `extensions` stand beside the code in the answer's one error; `headers` in its head.
    """

    code = INVALID

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        extensions: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say why, in words that hold nothing which only the server knows."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.extensions = {"code": code or self.code, **(extensions or {})}
        self.headers = dict(headers or {})

    @property
    def formatted(self) -> dict[str, object]:
        """The error as GraphQL writes it."""
        return {"message": self.message, "extensions": self.extensions}
