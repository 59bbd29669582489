"""Everything the system refuses, in one tree. A class's docstring is its default message.

    SendError
    ├── InvalidCommand      422  malformed: a field is missing, unknown or of the wrong form
    ├── Unauthenticated     401  no bearer token, or one that does not verify
    ├── Forbidden           403  the caller may not do this
    ├── NotFound            404  no such stream, or it belongs to another authority
    ├── Rejected            409  well formed, but a rule says no; carries every unmet condition
    ├── VersionConflict     412  the caller's If-Match names an old version
    ├── Unavailable         503  something we depend on does not answer; trying again helps
    └── Unprocessable        -   consumers: an event that can never be handled; never retried

Anything else is a bug or an outage and rises to the one place that logs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class SendError(Exception):
    """The request could not be carried out."""

    status: ClassVar[int] = 500
    code: str = "error"

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        super().__init__(self.detail)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a malformed command: where it is (dotted path) and what is wrong with it."""

    field: str
    message: str


class InvalidCommand(SendError):
    """The command is malformed."""

    status = 422
    code = "invalid-command"

    def __init__(self, detail: str | None = None, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.fields = tuple(fields)


class Unauthenticated(SendError):
    """A valid bearer token is needed."""

    status = 401
    code = "unauthenticated"


class Forbidden(SendError):
    """Your role does not allow this."""

    status = 403
    code = "forbidden"


class NotFound(SendError):
    """There is nothing here under that id in your authority."""

    status = 404
    code = "not-found"


@dataclass(frozen=True, slots=True)
class Condition:
    """One unmet condition: a stable kebab-case code and plain words a caseworker can act on."""

    code: str
    detail: str


class Rejected(SendError):
    """A rule does not allow this now.

    ``Rejected("request-not-open", "The request was withdrawn on 2026-04-10.")`` for one condition;
    ``Rejected.all([...])`` where several are unmet, so that the caller can mend them in one go.
    """

    status = 409

    def __init__(self, code: str, detail: str, conditions: Sequence[Condition] = ()) -> None:
        super().__init__(detail)
        self.code = code
        self.conditions = tuple(conditions) or (Condition(code, detail),)

    @classmethod
    def all(cls, conditions: Sequence[Condition]) -> Rejected:
        first, *rest = conditions
        more = f" (and {len(rest)} more)" if rest else ""
        return cls(first.code, first.detail + more, conditions)


class VersionConflict(SendError):
    """Someone else changed this since you read it; read it again and decide afresh."""

    status = 412
    code = "version-conflict"


class Unavailable(SendError):
    """Something this service depends on does not answer; try again."""

    status = 503
    code = "unavailable"


class Unprocessable(SendError):
    """The event can never be handled; a consumer must not try it again."""

    code = "unprocessable"
