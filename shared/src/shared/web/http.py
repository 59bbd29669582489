"""A service's HTTP edge, built from its routes: commands in, state and history out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from shared.core.codec import canonical
from shared.core.corrections import CorrectDate, as_corrected
from shared.core.decider import Decider
from shared.core.errors import NotFound
from shared.core.filling import filled_fields
from shared.core.messages import STAMPED, Actor, Command
from shared.core.retractions import RetractEntry, with_retractions
from shared.edge.identity import Tokens
from shared.edge.telemetry import context_of, spanning
from shared.flow.handle import Handler, Outcome

from .asking import Caller, When
from .docs import install as install_docs
from .limits import BodyLimit
from .problem import documented
from .problem import install as install_problems
from .routes import AnyRoute, CommandRoute, CorrectionRoute, HistoryRoute, StateRoute

log = structlog.get_logger()

Clock = Callable[[], datetime]
_DONE: dict[int | str, dict[str, Any]] = {
    200: {"description": "Done; `events` is empty where it had been done already"}
}
_OF_COMMANDS = documented(401, 404, 408, 409, 412, 413, 422, 503)
_OF_READS = documented(401, 404, 422, 503)


class HappenedBody(BaseModel):
    type: str
    event_id: UUID


class Answer(BaseModel):
    """What became of a command. `events` is empty where everything asked for had already happened."""

    stream: str
    id: str
    version: int
    events: list[HappenedBody]
    ids: dict[str, UUID]
    """The ids this command made, by name: `advice_id`, `review_id`, … and the case where it was worked out."""
    repeated: bool
    """True where this Idempotency-Key was answered before: this is that first answer."""


class Unmet(BaseModel):
    code: str
    detail: str


class CommandNow(BaseModel):
    command: str
    method: str
    path: str
    allowed: bool
    unmet: list[Unmet]


class StateAnswer(BaseModel):
    """A stream's state for the rules, its version, and what may be done now."""

    stream: str
    id: str
    version: int
    state: dict[str, Any]
    commands: list[CommandNow]


class HistoryItem(BaseModel):
    event_id: UUID
    type: str
    version: int
    occurred_on: date
    corrected: bool
    """A date of it was corrected later; the dates shown are the corrected ones."""
    retracted: bool
    """It was retracted later: it did not happen."""
    recorded_at: datetime
    actor: Actor
    data: dict[str, Any]


def build_app(
    *, name: str, handler: Handler, routes: Sequence[AnyRoute], tokens: Tokens, clock: Clock, demo_clock: bool,
    description: str = "", lifespan: Any = None,
) -> FastAPI:  # fmt: skip
    """The FastAPI application of one service."""
    app = FastAPI(
        title=f"send-ap {name}", version="1", description=description, lifespan=lifespan, openapi_url="/openapi.json",
        docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.state.tokens, app.state.clock, app.state.demo_clock = tokens, clock, demo_clock
    install_problems(app)
    install_docs(app)
    app.add_middleware(BodyLimit)
    for route in routes:
        match route:
            case CommandRoute():
                _add_command(app, route, handler)
            case StateRoute():
                _add_state(app, route, handler, routes)
            case HistoryRoute():
                _add_history(app, route, handler)
            case CorrectionRoute():
                _add_correction(app, route, handler)
    return app


def body_model(command: type[Command], path_fields: Sequence[str]) -> type[BaseModel]:
    """What a caller sends: the command without path fields, the stamp, and the ids the edge works out."""
    left_out = {*path_fields, *STAMPED, *filled_fields(command), "occurred_on"}
    fields: dict[str, Any] = {n: (_annotated(f), f) for n, f in command.model_fields.items() if n not in left_out}
    fields["occurred_on"] = (
        date | None,
        Field(default=None, description="London civil date on which it happened or was received; today if left out."),
    )
    return create_model(
        command.__name__,
        __config__=ConfigDict(extra="forbid", hide_input_in_errors=True),
        __doc__=command.__doc__,
        **fields,
    )


def _annotated(field: Any) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _endpoint(function: Callable[..., Any], path_fields: Sequence[str], body: Any = None) -> Callable[..., Any]:
    """Give a generic function the signature FastAPI documents and validates by."""
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(n, kind, annotation=UUID) for n in path_fields]
    parameters += [
        p for n, p in inspect.signature(function, eval_str=True).parameters.items() if n not in ("path", "body")
    ]
    if body is not None:
        parameters.append(inspect.Parameter("body", kind, annotation=body))

    async def endpoint(**values: Any) -> Any:
        path = {n: values.pop(n) for n in path_fields}
        return await function(path=path, **values)

    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    endpoint.__doc__ = function.__doc__
    return endpoint


def _traced(request: Request) -> Any:
    path = getattr(request.scope.get("route"), "path", request.url.path)
    return spanning(f"{request.method} {path}", context=context_of(request.headers.get("traceparent")))


def _answer(outcome: Outcome) -> JSONResponse:
    body = {
        "stream": outcome.stream,
        "id": outcome.id,
        "version": outcome.version,
        "events": [{"type": e.type, "event_id": str(e.event_id)} for e in outcome.events],
        "ids": {name: str(id) for name, id in outcome.ids.items()},
        "repeated": outcome.repeated,
    }
    return JSONResponse(body, 201 if outcome.created else 200, headers={"ETag": f'"{outcome.version}"'})


def _tag(path: str) -> list[str | Any]:
    return [path.split("/")[1]]


def _add_command(app: FastAPI, route: CommandRoute, handler: Handler) -> None:
    model = body_model(route.command, route.path_fields)
    required = any(f.is_required() for f in model.model_fields.values())

    async def send(
        *, request: Request, path: dict[str, UUID], caller: Caller, when: When, body: Any = None
    ) -> Response:
        with _traced(request):
            values = {n: getattr(body, n) for n in body.model_fields_set} if body is not None else {}
            if values.get("occurred_on", ...) is None:
                del values["occurred_on"]
            command = route.command(**values, **path)
            command_id = when.command_id(caller, route.command.__name__)
            return _answer(
                await handler.handle(command, by=caller, at=when.at, command_id=command_id, if_match=when.if_match)
            )

    app.add_api_route(
        route.path,
        _endpoint(send, route.path_fields, model if required else (model | None)),
        methods=[route.method],
        name=route.command.__name__,
        summary=_words(route.command.__name__),
        description=inspect.getdoc(route.command) or "",
        response_model=Answer,
        responses={201: {"model": Answer, "description": "The first event of a new stream"}, **_DONE, **_OF_COMMANDS},
        tags=_tag(route.path),
    )


def _words(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() and i else c for i, c in enumerate(name))


def _add_state(app: FastAPI, route: StateRoute, handler: Handler, routes: Sequence[AnyRoute]) -> None:
    decider = route.decider
    adapter: TypeAdapter[Any] = TypeAdapter(type(decider.initial))
    commands = {r.command: r for r in routes if isinstance(r, CommandRoute)}

    async def read(*, request: Request, path: dict[str, UUID], caller: Caller) -> Response:
        id = path[route.path_fields[-1]]
        loaded = await handler.load(decider, id, la_code=caller.la_code)
        if loaded.version == 0:
            raise NotFound
        etag = f'"{loaded.version}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        _note_read(caller, decider, id, "state")
        body = {
            "stream": decider.stream(id),
            "id": str(id),
            "version": loaded.version,
            "state": adapter.dump_python(loaded.state, mode="json"),
            "commands": _commands_now(decider, loaded.state, commands, path),
        }
        return Response(canonical(body), media_type="application/json", headers={"ETag": etag})

    app.add_api_route(
        route.path,
        _endpoint(read, route.path_fields),
        methods=["GET"],
        name=f"read_{decider.name}",
        summary=f"The {decider.name}, and what may be done now",
        response_model=StateAnswer,
        responses={304: {"description": "Not changed"}, **_OF_READS},
        tags=_tag(route.path),
    )


def _note_read(caller: Actor, decider: Decider[Any], id: UUID, what: str) -> None:
    """Who saw a child's data: a caseworker's reads are part of the record, and never contain what was read."""
    log.info("read", what=what, stream=decider.stream(id), user_id=caller.user_id, role=caller.role,
             org_id=caller.org_id, la_code=caller.la_code)  # fmt: skip


def _commands_now(
    decider: Decider[Any], state: Any, routes: dict[type[Command], CommandRoute], path: dict[str, UUID]
) -> list[dict[str, Any]]:
    found = []
    for permission in decider.permissions(state):
        route = routes.get(permission.command)
        if route is None:  # a command that only reactions send
            continue
        target = route.path
        for name, value in path.items():
            target = target.replace(f"{{{name}}}", str(value))
        found.append(
            {
                "command": permission.command.__name__,
                "method": route.method,
                "path": target,
                "allowed": permission.allowed,
                "unmet": [{"code": c.code, "detail": c.detail} for c in permission.unmet],
            }
        )
    return found


def _add_history(app: FastAPI, route: HistoryRoute, handler: Handler) -> None:
    decider = route.decider

    async def read(*, path: dict[str, UUID], caller: Caller) -> Response:
        id = path[route.path_fields[-1]]
        loaded = await handler.load(decider, id, la_code=caller.la_code)
        if loaded.version == 0:
            raise NotFound
        _note_read(caller, decider, id, "history")
        items = [
            {
                "event_id": str(r.envelope.event_id),
                "type": r.event.type,
                "version": r.envelope.version,
                "occurred_on": r.event.occurred_on,
                "corrected": r.corrected,
                "retracted": r.retracted,
                "recorded_at": r.envelope.recorded_at,
                "actor": r.envelope.actor.model_dump(),
                "data": r.event.model_dump(mode="json"),
            }
            for r in with_retractions(as_corrected(loaded.history))
        ]
        return Response(canonical(items), media_type="application/json", headers={"ETag": f'"{loaded.version}"'})

    app.add_api_route(
        route.path,
        _endpoint(read, route.path_fields),
        methods=["GET"],
        name=f"history_of_{decider.name}",
        summary=f"Every event of the {decider.name}, oldest first",
        response_model=list[HistoryItem],
        responses=_OF_READS,
        tags=_tag(route.path),
    )


def _add_correction(app: FastAPI, route: CorrectionRoute, handler: Handler) -> None:
    _add_amendment(app, route, handler, CorrectDate, route.path, "Correct a date of an earlier event")
    _add_amendment(app, route, handler, RetractEntry, route.retractions, "Retract an entry that was recorded in error")


def _add_amendment(
    app: FastAPI, route: CorrectionRoute, handler: Handler, kind: type[CorrectDate | RetractEntry], path: str, what: str
) -> None:
    async def send(*, path: dict[str, UUID], caller: Caller, when: When, body: Any) -> Response:
        values = {n: v for n in body.model_fields_set if (v := getattr(body, n)) is not None}
        id = path[route.path_fields[-1]]
        outcome = await handler.correct(
            route.decider,
            id,
            route.event,
            kind(**values),
            by=caller,
            at=when.at,
            command_id=when.command_id(caller, f"{kind.__name__} {id}"),
            if_match=when.if_match,
        )
        return _answer(outcome)

    app.add_api_route(
        path,
        _endpoint(send, route.path_fields, body_model(kind, ())),
        methods=["POST"],
        name=f"{'correct' if kind is CorrectDate else 'retract'}_{route.decider.name}",
        summary=what,
        description=inspect.getdoc(kind) or "",
        response_model=Answer,
        responses={**_DONE, **_OF_COMMANDS},
        tags=_tag(path),
    )
