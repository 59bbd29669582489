"""The vocabulary of every service. Pure: nothing here does I/O."""

from .core.corrections import DateCorrected
from .core.dates import COME, NotBefore, london_date
from .core.decider import Decider, Decision, Reference
from .core.errors import Condition, FieldError, InvalidCommand, NotFound, Rejected
from .core.ids import case_id_of, derived_id
from .core.messages import UNFILLED, Actor, CaseOfPerson, Command, Envelope, Event, Incoming, NewId, Recorded, Value
from .core.personal import ERASED, Erased, Personal
from .core.reaction import Reaction, react
from .core.retractions import EntryRetracted

__all__ = [
    "COME",
    "ERASED",
    "UNFILLED",
    "Actor",
    "CaseOfPerson",
    "Command",
    "Condition",
    "DateCorrected",
    "Decider",
    "Decision",
    "EntryRetracted",
    "Envelope",
    "Erased",
    "Event",
    "FieldError",
    "Incoming",
    "InvalidCommand",
    "NewId",
    "NotBefore",
    "NotFound",
    "Personal",
    "Reaction",
    "Recorded",
    "Reference",
    "Rejected",
    "Value",
    "case_id_of",
    "derived_id",
    "london_date",
    "react",
]
