"""One lane as a consumer sees it: where it stands, whether it moves, and what it makes of the next event. Pure."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from shared.edge.kafka import Delivered

_LONGEST_PAUSE = 30.0


class Standing(Enum):
    MOVES = "moves"
    HALTED = "halted"
    """An event could not be applied; it is tried again from the cursor now and then, so a fix needs no restart."""
    WAITS = "waits"
    """A number is missing: it is looked for from the beginning of the partition now and then."""


@dataclass(slots=True)
class Lane:
    topic: str
    number: int
    sequence: int = 0
    next_offset: int = 0
    epoch: int = 1
    hash: bytes = b""
    standing: Standing = Standing.MOVES
    reason: str | None = None
    retry_at: float = 0.0
    failures: int = 0
    lag_events: int = 0
    applied_at: float = 0.0
    looks: int = 0
    """How often a missing number has been looked for."""

    def judge(self, event: Delivered) -> Literal["next", "old", "stop"]:
        """What an event is to this lane; ``stop`` leaves the lane waiting or halted, with the reason."""
        if event.sequence <= self.sequence:
            if event.epoch > self.epoch:
                self.fork(event.epoch, event.sequence)
                return "stop"
            self.next_offset = max(self.next_offset, event.offset + 1)  # or a repetition would count as lag for ever
            return "old"
        if event.sequence > self.sequence + 1:
            self.wait_for(self.sequence + 1, event.sequence)
            return "stop"
        if (self.hash or self.sequence == 0) and not event.links_to(self.hash):
            self.halt(
                f"event {event.sequence} of epoch {event.epoch} does not follow what was applied here, event "
                f"{self.sequence} of epoch {self.epoch}: the topic holds another history. Verify it, then rebuild."
            )
            return "stop"
        return "next"

    def fork(self, epoch: int, goes_on_with: int) -> None:
        """More was applied here than a log has that was restored from a backup."""
        self.halt(
            f"the log was restored from a backup (epoch {epoch}) and goes on with {goes_on_with}; "
            f"here it had come to {self.sequence} of epoch {self.epoch}. Rebuild from the topic."
        )

    def move(self, sequence: int, next_offset: int, epoch: int, hash: bytes) -> None:
        self.sequence, self.next_offset, self.epoch, self.hash = sequence, next_offset, epoch, hash
        self.failures, self.reason, self.looks = 0, None, 0

    def pass_by(self, offset: int) -> None:
        """A record that is none of ours lies behind us."""
        self.next_offset = offset + 1
        self.failures, self.reason = 0, None

    def halt(self, reason: str) -> None:
        self.standing, self.reason = Standing.HALTED, reason
        self._later()

    def wait_for(self, expected: int, found: int) -> None:
        # Once from where we stood: what was fetched before a pause may have come late. Then once from the beginning:
        # the offset we kept may be of a topic that was made anew. Then people must know.
        self.standing = Standing.WAITS
        self.looks += 1
        if self.looks > 1:
            self.next_offset = 0
        if self.looks > 2:
            self.reason = f"event {expected} is missing; the next one on the topic is {found}"
            self._later()
        else:
            self.retry_at = time.monotonic()

    def resume(self) -> None:
        """Try again from the cursor; the reason stays until something was applied."""
        self.standing = Standing.MOVES

    def _later(self) -> None:
        self.retry_at = time.monotonic() + min(_LONGEST_PAUSE, 2.0**self.failures)
        self.failures += 1


def follows(last: Delivered, event: Delivered) -> bool:
    """Whether an event plainly comes next, by number and by hash; anything else is for ``Lane.judge``."""
    return event.sequence == last.sequence + 1 and event.epoch == last.epoch and event.links_to(last.hash)
