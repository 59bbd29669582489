"""The need profile, and completing the assessment on the advice.

SEND Regulations 2014, regs 6(1), 6(2), 7; need codes and levels as in `green-paper.md` 5.3 and 10.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import AfterValidator, Field

from shared import Command, Condition, Decision, Personal, Value

from .advice import assessing
from .codes import AdviceType, NeedCode, Rank, SensoryNeed, Text, statutory_categories
from .dates import refuse_before
from .phase import Phase
from .rounds import Advice, Assessment, Need, RoundEvent, led_to, only_in, said

Level = Annotated[int, Field(ge=0, le=4)]


class RankedNeed(Value):
    """One of the child's needs."""

    code: NeedCode
    rank: Rank


class Levels(Value):
    """How much support the child needs in each of the four areas, 0 (none) to 4, by best fit."""

    CI: Level = Field(description="Communication and interaction.")
    CL: Level = Field(description="Cognition and learning.")
    SEMH: Level = Field(description="Social, emotional and mental health.")
    SP: Level = Field(description="Sensory and/or physical.")


def _ranked(needs: tuple[RankedNeed, ...]) -> tuple[RankedNeed, ...]:
    if sum(need.rank is Rank.PRIMARY for need in needs) != 1:
        raise ValueError("exactly one need must be PRIMARY")
    if len({need.code for need in needs}) != len(needs):
        raise ValueError("each need may be named once")
    return needs


RankedNeeds = Annotated[
    tuple[RankedNeed, ...],
    AfterValidator(_ranked),
    Field(min_length=1, description="The child's needs in order of weight; exactly one is PRIMARY."),
]

# --- events ---


class NeedProfileRecorded(RoundEvent):
    """What the assessment found: the child's needs in order, levels in the four areas, and strengths."""

    type: Literal["assessment.need-profile-recorded"] = "assessment.need-profile-recorded"
    person_id: UUID
    needs: tuple[RankedNeed, ...]
    levels: Levels
    strengths: Personal[Text] | None


class AssessmentCompleted(RoundEvent):
    """The assessment is complete: the advice it rests on, and the advice it had to go on without."""

    type: Literal["assessment.assessment-completed"] = "assessment.assessment-completed"
    assessment_id: UUID
    advice_ids: tuple[UUID, ...]
    without_advice_ids: tuple[UUID, ...]


ProfileEvent = NeedProfileRecorded | AssessmentCompleted


def evolve(state: Assessment, event: ProfileEvent) -> Assessment:
    match event:
        case NeedProfileRecorded():
            needs = tuple(Need(n.code, n.rank) for n in event.needs)
            return state.change(
                event.request_id, needs=needs, levels=event.levels.model_dump(), strengths=event.strengths
            )
        case AssessmentCompleted():
            return state.change(
                event.request_id, phase=Phase.ASSESSED, since=event.occurred_on, completed_on=event.occurred_on
            )
        case _ as never:
            assert_never(never)


# --- commands ---


class RecordNeedProfile(Command):
    """Record the child's needs, levels and strengths as the advice shows them; again where they change."""

    case_id: UUID
    needs: RankedNeeds
    levels: Levels
    strengths: Personal[Text] | None = None


class CompleteAssessment(Command):
    """Close the assessment: the profile is recorded, and all advice is here or its absence is accounted for."""

    case_id: UUID


# --- decisions ---


def record_profile(command: RecordNeedProfile, state: Assessment) -> Sequence[ProfileEvent]:
    refuse_before(
        command.occurred_on, state.now.decided_on, code="found-before-decided", what="the day of the decision to assess"
    )
    return [said(NeedProfileRecorded, command, state)]


def _is_recorded(command: RecordNeedProfile, state: Assessment) -> bool:
    now, needs = state.now, tuple(Need(n.code, n.rank) for n in command.needs)
    return (now.needs, now.levels, now.strengths) == (needs, command.levels.model_dump(), command.strengths)


def complete(command: CompleteAssessment, state: Assessment) -> Sequence[ProfileEvent]:
    now = state.now
    last = max((day for a in now.advice if (day := a.received_on or a.reused_on or a.gone_without_on)), default=None)
    refuse_before(
        command.occurred_on, last, code="completed-before-advice", what="the day the last advice came or was given up"
    )
    return [
        said(
            AssessmentCompleted,
            command,
            state,
            assessment_id=now.assessment_id,
            advice_ids=tuple(a.advice_id for a in now.advice if a.held),
            without_advice_ids=tuple(a.advice_id for a in now.advice if not a.held),
        )
    ]


# --- guards ---


def profile_recorded(state: Assessment) -> Condition | None:
    """A guard: the plan opens from the profile."""
    if state.now.needs:
        return None
    return Condition("need-profile-missing", "Record the need profile first: needs in order, levels in the four areas.")


def advice_sought(state: Assessment) -> Condition | None:
    """A guard: every category of reg 6(1) that is due was sought, or earlier advice serves."""
    sought = {a.advice_type for a in state.now.advice}
    if missing := [t for t in statutory_categories(state.now.year_group) if t not in sought]:
        return Condition(
            "advice-not-sought",
            f"Advice must be sought from every category of reg 6(1); still missing: {', '.join(missing)}. The requests "
            "follow the notice of the decision to assess by themselves and may still be on their way.",
        )
    return None


def advice_settled(state: Assessment) -> Condition | None:
    """A guard: nobody waits for advice. The 20 weeks run regardless, so chased advice can be gone without."""
    if waiting := [a for a in state.now.advice if not a.settled]:
        names = ", ".join(f"{a.advice_type} from {a.from_org}" for a in waiting)
        return Condition(
            "advice-outstanding",
            f"Still outstanding: {names}. Receive it; or chase it and record the reason to go on without it.",
        )
    return None


def sensory_needs_covered(state: Assessment) -> Condition | None:
    """A guard: for each sensory need, educational advice from or with a teacher qualified for it (reg 6(2))."""
    education = [a for a in state.now.advice if a.advice_type is AdviceType.EDUCATION]
    covered = {need for a in education for need in _teachers_of(a)}
    found = {need.code.value for need in state.now.needs}
    if missing := sorted(need for need in SensoryNeed if need.value in found and need not in covered):
        return Condition(
            "qualified-teacher-advice-missing",
            f"The profile names {', '.join(missing)}, so educational advice must come from, or after consulting, a "
            "teacher qualified for it (reg 6(2)). Say so when receiving it, or ask such a teacher for it (EDUCATION).",
        )
    return None


def _teachers_of(advice: Advice) -> tuple[SensoryNeed, ...]:
    """For which needs a qualified teacher spoke; or was asked, chased and gone without."""
    return advice.qualified_teacher if advice.held else advice.qualified_teacher_asked


_being_made = only_in(
    Phase.ASSESSING,
    code="not-assessing",
    need="An assessment is completed while it is being made.",
    leads_to=[Phase.ASSESSED],
)

decisions = [
    Decision(RecordNeedProfile, record_profile, when=[assessing], already=_is_recorded),
    Decision(
        CompleteAssessment,
        complete,
        when=[_being_made, profile_recorded, advice_sought, advice_settled, sensory_needs_covered],
        already=led_to(Phase.ASSESSED),
    ),
]
