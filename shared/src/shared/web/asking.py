"""Who asks, and which request this is: what every route needs beside its path and body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Header, Request

from shared.core.errors import FieldError, InvalidCommand
from shared.core.ids import derived_id
from shared.core.messages import Actor
from shared.edge.identity import Tokens


async def current_actor(request: Request) -> Actor:
    tokens: Tokens = request.app.state.tokens
    actor = await tokens.actor(request.headers.get("authorization"))
    _only_known_parameters(request)
    return actor


def _only_known_parameters(request: Request) -> None:
    """A filter that is misspelt must not answer with everything, nor an `asAt` that is not known with today."""
    if request.query_params:
        known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
        if strange := [name for name in dict.fromkeys(request.query_params) if name not in known]:
            takes = f"this address takes {', '.join(sorted(known))}" if known else "this address takes no parameters"
            raise InvalidCommand(
                f"There is a parameter that is not known here; {takes}.",
                [FieldError(name[:100], "is not known here") for name in strange[:30]],
            )


Caller = Annotated[Actor, Depends(current_actor)]


@dataclass(frozen=True, slots=True)
class Moment:
    """Which request this is and when: the Idempotency-Key, the expected version and the clock."""

    key: str | None
    if_match: int | None
    at: datetime

    def command_id(self, by: Actor, name: str) -> UUID:
        if self.key is None:
            return uuid4()
        return derived_id("command", by.la_code, by.user_id, name, self.key)


async def this_moment(  # async, or FastAPI hands it to a thread: 0.2 ms a request
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(max_length=200, description="Repeating it gives the first answer; choose one per click.")
    ] = None,
    if_match: Annotated[str | None, Header(description="The ETag you read; an old one gives 412.")] = None,
    demo_now: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Moment:
    at: datetime = request.app.state.clock()
    if demo_now is not None:
        if not request.app.state.demo_clock:
            raise InvalidCommand("The clock of this service cannot be moved.")
        at = _instant(demo_now)
    return Moment(idempotency_key, _version_of(if_match), at)


When = Annotated[Moment, Depends(this_moment)]


def _instant(text: str) -> datetime:
    words = "must be an instant with its time zone, as 2026-09-07T09:30:00Z"
    wrong = InvalidCommand(f"Demo-Now {words}.", [FieldError("Demo-Now", words)])
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise wrong from exc
    if at.tzinfo is None:
        raise wrong
    return at.astimezone(UTC)


def _version_of(etag: str | None) -> int | None:
    if etag is None or etag.strip() == "*":
        return None
    text = etag.strip().removeprefix("W/").strip('"')
    if not text.isdigit():
        words = 'must be an ETag this service gave, like "7"'
        raise InvalidCommand(f"If-Match {words}.", [FieldError("If-Match", words)])
    return int(text)
