"""Tracebacks without words: which kind of error, and where; nothing of what a stranger's text may quote.

A driver names the value it could not encode, a parser the line it could not read: that may be a child's name. So only
our own errors, whose texts we wrote, keep them.
"""

from __future__ import annotations

import copy
import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import structlog

from shared.core.errors import SendError

_frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def as_dicts(exc_info: Any) -> list[dict[str, Any]]:
    """Every exception of a chain with its frames, for a structured log line."""
    found: list[dict[str, Any]] = _frames(exc_info)
    _strip(found)
    return found


def _strip(found: Any) -> None:
    if isinstance(found, list):
        for item in found:
            _strip(item)
    elif isinstance(found, dict):
        if "exc_type" in found and found["exc_type"] not in _ours():
            found |= {"exc_value": "", "exc_notes": [], "syntax_error": None}
        _strip(found.get("exceptions"))


def _ours() -> set[str]:
    return {kind.__name__ for kind in _kinds(SendError)}


def _kinds(kind: type[SendError]) -> Iterator[type[SendError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


class Wordless(logging.Formatter):
    """For what libraries log."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name == "asyncio":
            # Its further lines show the task, and with it the exception's text.
            record = copy.copy(record)
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return super().format(record)

    def formatException(self, exc_info: Any) -> str:  # noqa: N802 - logging calls it so
        return "".join(_lines(exc_info[1]))


def _lines(error: BaseException | None) -> Iterator[str]:
    if error is None:
        return
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "\nthen:\n"
    yield from traceback.format_tb(error.__traceback__)
    words = f": {error}" if isinstance(error, SendError) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{words}\n"


def last_words(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """As ``sys.excepthook``: what ends a process is logged like everything else."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
        return
    logging.getLogger("send").critical("ended by an error", exc_info=(kind, error, where))
