"""Corrections: a stored event is never edited; a later event says what its date really was.

Each service declares one subclass per stream kind, with its own wire name. Loading a stream for a
decision applies the corrections first, so every rule sees the dates as they are now known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from .messages import Event, Recorded

CorrectionReason = Literal["MISTYPED", "DOCUMENT_SHOWS", "FAMILY_TOLD", "SENDER_TOLD", "OTHER"]
"""Why a date was wrong. Codes and no free text: not all these events are a person's, so text could not be sealed."""


class DateCorrected(Event):
    """``occurred_on`` of an earlier event of this stream was recorded wrongly.

    Its own ``occurred_on`` is the day the correction was made.
    """

    corrects: UUID
    """The event whose date was wrong."""
    was: date
    now: date
    reason: str


def apply_corrections(history: Sequence[Recorded]) -> list[Recorded]:
    """The history with every corrected date in place; corrections themselves stay in it."""
    dates = {r.event.corrects: r.event.now for r in history if isinstance(r.event, DateCorrected)}
    if not dates:
        return list(history)
    return [
        replace(r, event=r.event.model_copy(update={"occurred_on": dates[r.envelope.event_id]}), corrected=True)
        if r.envelope.event_id in dates
        else r
        for r in history
    ]
