"""Errors as problem details (RFC 9457): stable codes for programs, plain words for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.core.errors import FieldError, InvalidCommand, Rejected, SendError, Unauthenticated, Unavailable
from shared.edge.db import CONTENTION, OUTAGES

from .words import words_of

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"

_TITLES = {
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Refused by a rule",
    412: "Changed since you read it",
    413: "Too large",
    422: "Not understood",
    500: "Something went wrong",
    503: "Temporarily unavailable",
}


class Problem(BaseModel):
    """The body of every error."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    conditions: list[dict[str, str]] | None = None
    """409: every unmet condition, each with a stable code and plain words."""
    fields: list[dict[str, str]] | None = None
    """422: every field that is wrong, and how."""


_WHO = "Of your OpenID Connect provider. It says who acts, in which role and for which authority (docs/identity.md)."
_IN_WORDS = {
    401: "No valid bearer token",
    404: "Nothing here under that id in your authority",
    408: "The body did not arrive in time",
    409: "A rule says no; `conditions` lists every unmet one",
    412: "`If-Match` names an old version",
    413: "The body is too large; documents travel by reference",
    422: "Malformed; `fields` names what is wrong",
    503: "Temporarily unavailable; a command is sent again with the same Idempotency-Key",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's ``responses``: which errors to expect, and what they mean."""
    return {status: {"model": Problem, "description": _IN_WORDS[status]} for status in statuses}


def problem(status: int, code: str, detail: str, **extra: Any) -> JSONResponse:
    body = {
        "type": f"urn:send-ap:problem:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    headers = {"WWW-Authenticate": 'Bearer realm="send-ap"'} if status == 401 else {}
    if status == 503:
        headers["Retry-After"] = "1"
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def of_error(error: SendError) -> JSONResponse:
    extra: dict[str, Any] = {}
    if isinstance(error, Rejected):
        extra["conditions"] = [{"code": c.code, "detail": c.detail} for c in error.conditions]
    if isinstance(error, InvalidCommand):
        extra["fields"] = [{"field": f.field, "message": f.message} for f in error.fields]
    return problem(error.status, error.code, error.detail, **extra)


MOST_FIELDS = 30
"""Wrong fields named in one answer: a form has fewer, and an answer must not grow with what is sent."""
LONGEST_NAME = 100


def invalid(errors: list[Any]) -> InvalidCommand:
    """Pydantic's findings as one error that names the fields and never repeats what was in them."""
    if any(e["type"] == "json_invalid" for e in errors):
        return InvalidCommand(
            "The body is not JSON.", [FieldError("body", f"is not JSON: {errors[0]['ctx']['error']}")]
        )
    if any(tuple(e["loc"]) == ("body",) and e["type"].endswith("_type") for e in errors):
        words = "must be a JSON object, sent with Content-Type: application/json"
        return InvalidCommand(f"The body {words}.", [FieldError("body", words)])
    fields = [FieldError(_field(e["loc"]), words_of(e)) for e in errors[:MOST_FIELDS]]
    names = ", ".join(dict.fromkeys(f.field for f in fields))
    more = f", and {len(errors) - MOST_FIELDS} more" if len(errors) > MOST_FIELDS else ""
    return InvalidCommand(f"Please look at: {names}{more}.", fields)


def _field(location: Sequence[str | int]) -> str:
    if location[:1] == ("query",):
        location = location[:2]  # one of several values of a parameter is not told by its number
    name = ".".join(str(part) for part in location if part not in ("body", "query", "path", "header")) or "body"
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def install(app: FastAPI) -> None:
    """Make every error of the app a problem."""

    @app.exception_handler(SendError)
    async def _send_error(_: Request, error: SendError) -> JSONResponse:
        if error.status == 500:
            log.error("failed", code=error.code, detail=error.detail)
        return of_error(error)

    @app.exception_handler(RequestValidationError)
    async def _request_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return of_error(invalid(list(error.errors())))

    @app.exception_handler(ValidationError)
    async def _command_invalid(_: Request, error: ValidationError) -> JSONResponse:
        return of_error(invalid(list(error.errors(include_input=False))))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # the framework could not even decode the body
            return of_error(InvalidCommand("The body cannot be read: it must be JSON in UTF-8."))
        match error.status_code:
            case 401:
                return problem(401, Unauthenticated.code, str(error.detail))
            case 404:
                return problem(404, "no-such-page", "There is no such address here. /docs lists every one there is.")
            case 405:
                allowed = ", ".join(_methods(request))
                refused = problem(405, "method-not-allowed", f"This address takes {allowed}; not {request.method}.")
                refused.headers["Allow"] = allowed
                return refused
            case status:
                return problem(status, "error", str(error.detail))

    async def _outage(request: Request, error: Exception) -> JSONResponse:
        log.warning("dependency unavailable", error=type(error).__name__)
        return of_error(Unavailable(f"The database does not answer just now. {_what_now(request)}"))

    for outage in (*OUTAGES, *CONTENTION):
        app.add_exception_handler(outage, _outage)

    app.add_middleware(LastResort)
    _describe(app)


def _describe(app: FastAPI) -> None:
    """What the framework does not know: everything but health takes a token; errors are application/problem+json."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        token = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": _WHO}
        document.setdefault("components", {})["securitySchemes"] = {"token": token}
        document["security"] = [{"token": []}]
        for path in document["paths"].values():
            for operation in path.values():
                if operation.get("tags") == ["health"]:
                    operation["security"] = []
                for response in operation["responses"].values():
                    content = response.get("content", {})
                    if content.get("application/json", {}).get("schema", {}).get("$ref", "").endswith("/Problem"):
                        content[MEDIA_TYPE] = content.pop("application/json")
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _methods(request: Request) -> list[str]:
    """Of every route of this address; the framework looks at the first alone."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in routes for method in route.methods} - {"HEAD"})


class LastResort:
    """ASGI middleware: what nobody expected is logged once, here, and answered 500.

    Not an exception handler: the framework would raise the exception on to the server, which logs its text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = False

        async def noting(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as error:
            log.exception("unexpected", error=type(error).__name__)
            if not began:  # else the server ends the connection, because the answer is incomplete
                words = f"Something went wrong on our side. {_what_now(Request(scope))}"
                await problem(500, "unexpected", words)(scope, receive, send)


def _what_now(request: Request) -> str:
    # A connection that was lost while it committed: only a repeat under the same key can tell what became of it.
    if request.method in ("GET", "HEAD"):
        return "Try again."
    return "Whether this was recorded is not known: send it again with the same Idempotency-Key."
