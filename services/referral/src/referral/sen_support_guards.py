"""What the state of SEN support allows: the conditions of its commands that need no look at the command."""

from __future__ import annotations

from shared import Condition

from .codes import NeedCode
from .sen_support_state import SenSupport

CORRECT = "If that date is wrong, correct it: POST /sen-support/{case_id}/corrections."
"""How every refusal of a second record of the same thing ends."""


def concern_only(state: SenSupport) -> Condition | None:
    if state.is_open and not state.started:
        return None
    return Condition("no-open-concern", "There is no concern that waits for an answer.")


def not_started(state: SenSupport) -> Condition | None:
    if not state.started:
        return None
    return Condition("support-started", f"The child has been on SEN support since {state.started_on}.")


def started(state: SenSupport) -> Condition | None:
    if state.started:
        return None
    ended = f" It ended on {state.ended_on}. {CORRECT}" if state.ended_on is not None else ""
    return Condition("not-on-sen-support", f"Start SEN support first: POST /sen-support.{ended}")


def advice_requested(state: SenSupport) -> Condition | None:
    if state.advice:
        return None
    return Condition("no-advice-requested", "No specialist was asked for advice in this spell; ask first.")


def cycle_open(state: SenSupport) -> Condition | None:
    if state.cycle_id is not None:
        return None
    return Condition("no-open-cycle", "No assess-plan-do-review cycle is open; open one first.")


def no_cycle_open(state: SenSupport) -> Condition | None:
    if state.cycle_id is None:
        return None
    return Condition(
        "cycle-open", f"Cycle {state.cycles_opened} is open since {state.cycle_opened_on}; review it first."
    )


def need_is_specific(state: SenSupport) -> Condition | None:
    if not state.started or state.primary_need_code is not NeedCode.NSA:
        return None
    return Condition(
        "primary-need-unspecified",
        "NSA may stand only until the first review: identify the primary need (POST /sen-support/{case_id}/need).",
    )
