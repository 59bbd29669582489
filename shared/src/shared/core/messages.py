"""The vocabulary: what is said (Command), what happened (Event), what others say happened (Incoming)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from .ids import case_id_of, derived_id


class Value(BaseModel):
    """A part of a command or an event that has no life of its own."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True,
        use_attribute_docstrings=True,  # what stands under a field is what partners and front-ends read of it
    )  # fmt: skip


class Actor(Value):
    """Who is acting, from the bearer token and never from a body. ``la_code`` is the tenant."""

    user_id: str
    role: str
    org_id: str
    la_code: str


NOBODY = Actor(user_id="nobody", role="none", org_id="none", la_code="000")


class Event(Value):
    """Something that happened, in the past tense and in practitioners' words. Stored for ever.

    Subclasses set ``type: Literal["service.event-in-kebab-case"]`` with that default.
    ``occurred_on`` is the civil date in Europe/London that the law counts from.
    """

    schema_version: ClassVar[int] = 1

    type: str
    occurred_on: date


class Incoming(BaseModel):
    """Another service's event, read tolerantly: declare only the fields you use."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    type: str
    occurred_on: date


class Command(Value):
    """A wish, in the imperative. The edge stamps who, when and which; the body says the rest.

    ``occurred_on`` is the London civil date on which the thing happened or was received (default:
    today). A date after today is refused at the edge.
    """

    occurred_on: date = date.min
    by: Actor = Field(default=NOBODY, exclude=True)
    at: datetime = Field(default=datetime.min.replace(tzinfo=UTC), exclude=True)
    command_id: UUID = Field(default=UUID(int=0), exclude=True)


STAMPED = frozenset({"by", "at", "command_id"})
"""The fields of a command that never come from a body."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Marks a command's field that the edge works out: ``fill(values, actor, command_id, field)``."""

    fill: Callable[[dict[str, Any], Actor, UUID, str], UUID]


UNFILLED = UUID(int=0)
"""The default of a filled field, so that bodies, tests and reactions may leave it out."""

NewId = Annotated[UUID, Filled(lambda _, __, command_id, name: derived_id(name, command_id))]
"""The id of a thing this command makes: the same again if the command is repeated."""

CaseOfPerson = Annotated[UUID, Filled(lambda values, by, _, __: case_id_of(by.la_code, UUID(str(values["person_id"]))))]
"""The case of the person named in ``person_id``, in the caller's authority."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known about an event besides what happened (`green-paper.md` 0.4)."""

    event_id: UUID
    stream: str
    version: int
    recorded_at: datetime
    """When it was written down, UTC."""
    actor: Actor
    command_id: UUID
    causation_id: UUID | None = None
    """The event that a reaction answered; None for a person's own command."""
    correlation_id: UUID | None = None
    traceparent: str | None = None
    fingerprint: str = ""
    """Of the command's impersonal fields: finds an Idempotency-Key used for two different commands."""
    policy_regime: str = "CFA2014"

    @property
    def la_code(self) -> str:
        return self.actor.la_code


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its envelope and its place in the log."""

    event: Event
    envelope: Envelope
    lane: int = 0
    sequence: int = 0
    corrected: bool = field(default=False)
    """True where a later correction changed a date of ``event`` (see ``corrections``)."""
    retracted: bool = field(default=False)
    """True where a later retraction says that it did not happen (see ``retractions``)."""
