"""Being where the plan says, or not: after a move (reg 15), at 18 and over (reg 30), under 18 (reg 29(2)).

What follows is a duty of the authority: to arrange another setting at once, or to review the plan before anything else.
While somebody of 18 or over is out of education, the plan does not cease before that review (see ``ceasing``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from plan.dates import once, refuse_before
from plan.facts import CORRECT, Guard, PlanCommand, PlanFact, maintained, told
from plan.notices import Text
from plan.state import OutOfEducation, Plan
from shared import Command, Condition, Decision, Personal, Rejected

# --- events ---


class NamedSettingFoundImpractical(PlanFact):
    """Since the move the child cannot practicably attend the setting that the transferred plan names.

    The new authority places the child at another appropriate one until it can amend the plan. That is owed from the
    transfer on, whenever it is found out.
    """

    type: Literal["plan.named-setting-found-impractical"] = "plan.named-setting-found-impractical"
    move_id: UUID | None
    """The move by which the plan came; None where it was opened without one."""
    setting_id: UUID | None = None
    """The setting named, as far as the plan has been entered."""
    setting_name: str | None = None
    reasons: Personal[Text] | None = None


class YoungPersonStoppedAttending(PlanFact):
    """A young person of 18 or over stopped attending on this day, and so receives no education or training (reg 30)."""

    type: Literal["plan.young-person-stopped-attending"] = "plan.young-person-stopped-attending"
    reasons: Personal[Text] | None = None


class FoundNotInEducation(PlanFact):
    """Somebody under 18 was found on this day not to receive education or training (reg 29(2))."""

    type: Literal["plan.found-not-in-education"] = "plan.found-not-in-education"
    reasons: Personal[Text] | None = None


class EducationResumed(PlanFact):
    """The child or young person is in education or training again, from this day on."""

    type: Literal["plan.education-resumed"] = "plan.education-resumed"


AttendanceEvent = NamedSettingFoundImpractical | YoungPersonStoppedAttending | FoundNotInEducation | EducationResumed

# --- commands ---


class FindNamedSettingImpractical(PlanCommand):
    """Record that the child, having moved here, cannot practicably attend the setting the plan names (reg 15)."""

    reasons: Personal[Text] | None = None


class RecordStoppedAttending(PlanCommand):
    """Record that a young person of 18 or over stopped attending; ``occurred_on`` is the day."""

    reasons: Personal[Text] | None = None


class FindNotInEducation(PlanCommand):
    """Record that somebody under 18 was found not to receive education or training, on the day it was found."""

    reasons: Personal[Text] | None = None


class ResumeEducation(PlanCommand):
    """Record that the child or young person is in education or training again; ``occurred_on`` is the first day."""


class NoteReturnToEducation(Command):
    """A placement started: whoever was out of education is not any more. Sent by a reaction."""

    case_id: UUID


# --- decisions ---

_EIGHTEEN_NOT_BEFORE, _UNDER_18_NOT_AFTER = 12, 14
"""Year groups. At 18 nobody is further down the school, and in those above these everybody is: years are repeated and
skipped, so only what no such year could explain is refused."""


def _find_impractical(command: FindNamedSettingImpractical, state: Plan) -> Sequence[PlanFact]:
    refuse_before(command.occurred_on, state.transferred_in_on, code="before-transfer", what="the transfer of the plan")
    named = state.section_i
    return [
        told(
            NamedSettingFoundImpractical,
            command,
            state,
            move_id=state.move_id,
            setting_id=named.setting_id if named is not None else None,
            setting_name=named.setting_name if named is not None else None,
        )
    ]


def _stop_attending(command: RecordStoppedAttending, state: Plan) -> Sequence[PlanFact]:
    refuse_below_18(command.occurred_on, state)
    return [told(YoungPersonStoppedAttending, command, state)]


def refuse_below_18(on: date, state: Plan) -> None:
    """Refuse what only somebody of 18 can do on a day on which the child's year group rules it out."""
    year = state.year_group_on(on)
    if year is not None and year < _EIGHTEEN_NOT_BEFORE:
        raise Rejected(
            "not-18",
            f"In Year {year}, as recorded, nobody is 18. Record instead that the child was found not to be in "
            "education, or put the year group right.",
        )


def _find_not_in_education(command: FindNotInEducation, state: Plan) -> Sequence[PlanFact]:
    year = state.year_group_on(command.occurred_on)
    if year is not None and year > _UNDER_18_NOT_AFTER:
        raise Rejected(
            "not-under-18",
            f"In Year {year}, as recorded, nobody is under 18. Record instead that the young person stopped attending, "
            "or put the year group right.",
        )
    return [told(FoundNotInEducation, command, state)]


def _resume(command: ResumeEducation, state: Plan) -> Sequence[PlanFact]:
    assert state.out_of_education is not None
    refuse_before(
        command.occurred_on, state.out_of_education.since, code="before-out-of-education", what="the day recorded"
    )
    return [told(EducationResumed, command, state)]


def _was_not_out(command: NoteReturnToEducation, state: Plan) -> bool:
    out = state.out_of_education
    return not state.maintained or out is None or command.occurred_on < out.since


def _out(state: Plan, *, adult: bool) -> date | None:
    out = state.out_of_education
    return out.since if out is not None and out.adult is adult else None


def _reviewed_since(state: Plan) -> bool:
    out = state.out_of_education
    return out is not None and any(r.held_on is not None and r.held_on >= out.since for r in state.reviews)


def evolve(state: Plan, event: AttendanceEvent) -> Plan:
    match event:
        case NamedSettingFoundImpractical():
            return replace(state, impractical_found_on=event.occurred_on)
        case YoungPersonStoppedAttending():
            return replace(state, out_of_education=OutOfEducation(event.occurred_on, adult=True))
        case FoundNotInEducation():
            return replace(state, out_of_education=OutOfEducation(event.occurred_on, adult=False))
        case EducationResumed():
            return replace(state, out_of_education=None, education_resumed_on=event.occurred_on)
        case _ as never:
            assert_never(never)


# --- guards ---


def _transferred_in(state: Plan) -> Condition | None:
    if state.transferred_in_on is not None or not state.maintained:
        return None
    return Condition("not-transferred-in", "The plan did not come from another authority.")


def _names_a_setting(state: Plan) -> Condition | None:
    if state.section_i is None or state.section_i.decision == "NAMED":
        return None
    return Condition("no-setting-named", "The plan names no setting that the child could be too far from.")


def _not_amended_here(state: Plan) -> Condition | None:
    if state.transferred_in_on is None or state.issued_on is None:
        return None
    return Condition(
        "amended-since-transfer",
        f"The plan was amended here on {state.issued_on}; what it names now was named after the move.",
    )


_not_found_yet = once(
    lambda s: s.impractical_found_on,
    "impractical-already",
    "It was found that the named setting cannot be attended",
    CORRECT,
)


def not_out(*, adult: bool) -> Guard:
    """Recorded once, until education is resumed or the plan has been reviewed; at 18 afresh, under another rule."""
    what = "stopped attending" if adult else "was found not to be in education"

    def guard(state: Plan) -> Condition | None:
        since = _out(state, adult=adult)
        if since is None or _reviewed_since(state):
            return None
        return Condition("out-of-education-already", f"The child or young person {what} on {since}. {CORRECT}")

    return guard


def _is_out(state: Plan) -> Condition | None:
    if state.out_of_education is not None or not state.maintained:
        return None
    resumed = f" Education was resumed on {state.education_resumed_on}. {CORRECT}" if state.education_resumed_on else ""
    return Condition("in-education", f"It is not recorded that the child is out of education.{resumed}")


decisions = [
    Decision(FindNamedSettingImpractical, _find_impractical,
             when=[maintained, _transferred_in, _names_a_setting, _not_amended_here, _not_found_yet],
             already=lambda c, s: s.impractical_found_on == c.occurred_on),
    Decision(RecordStoppedAttending, _stop_attending, when=[maintained, not_out(adult=True)],
             already=lambda c, s: s.maintained and _out(s, adult=True) == c.occurred_on),
    Decision(FindNotInEducation, _find_not_in_education, when=[maintained, not_out(adult=False)],
             already=lambda c, s: s.maintained and _out(s, adult=False) == c.occurred_on),
    Decision(ResumeEducation, _resume, when=[maintained, _is_out],
             already=lambda c, s: s.out_of_education is None and s.education_resumed_on == c.occurred_on),
    Decision(NoteReturnToEducation, lambda c, s: [told(EducationResumed, c, s)], opens=True, already=_was_not_out),
]  # fmt: skip
