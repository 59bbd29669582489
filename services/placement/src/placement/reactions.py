"""Other services' events, as our commands (`docs/events.md` lists who publishes what)."""

from __future__ import annotations

from shared import Reaction

reactions: list[Reaction] = []
