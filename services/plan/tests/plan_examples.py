"""One example of every command of the plan, with what happened before it; together they show every event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from plan.amendment import EndRedraft
from plan.ceasing import AbandonCeasing
from plan.clauses import ReviseNeed, ReviseOutcome, ReviseViews
from plan.draft import BlankSectionI
from plan.ending import EndPlanAtMaximumAge, EndPlanOnDeath, HandOverPlan
from plan.opening import BeginPlan, OpenPlan, RecordYearGroup
from plan.phase_transfer import RecordPlanEndAge
from plan.plan import PlanDateCorrected
from plan.provision import AgreeHealthProvision, ReviseProvision
from plan.review import RescheduleReview
from plan.state import Basis
from shared.testing.laws import Example

from shared import Command, Event

from . import plan_stories as s
from . import test_plan_amendment as amendment
from . import test_plan_attendance as attendance
from . import test_plan_ceasing as ceasing
from . import test_plan_draft as draft
from . import test_plan_opening as opening
from . import test_plan_review as review
from . import test_plan_text as text
from . import test_plan_upkeep as upkeep
from .stories import CASE

WRITTEN = (s.OPENED, *s.TEXT)
UNDER_WAY = (*s.FINAL, s.SCHEDULED)
CORRECTED = PlanDateCorrected(
    occurred_on=date(2027, 2, 1), case_id=CASE, corrects=UUID(int=1), was=date(2026, 12, 1), now=date(2026, 11, 30),
    reason="letter found",
)  # fmt: skip


def _opening() -> list[tuple[Sequence[Command], Command]]:
    return [
        ((), s.OPENED),
        ((), BeginPlan(**{name: getattr(s.OPENED, name) for name in OpenPlan.model_fields})),
        ((s.OPENED,), RecordYearGroup(year_group=7, occurred_on=s.WRITING, **s.CASE_ID)),
        (opening.ENTERED, opening.CONFIRMED),
        (s.DRAFT, opening.CLOSED),
    ]


def _text() -> list[tuple[Sequence[Command], Command]]:
    return [
        ((s.OPENED,), s.VIEWS),
        (WRITTEN, text.revised(s.VIEWS, ReviseViews, views="I like boats")),
        ((s.OPENED,), s.need(s.B1)),
        (WRITTEN, text.revised(s.need(s.B1), ReviseNeed, description="other words")),
        ((s.OPENED,), s.outcome(s.E1)),
        (WRITTEN, text.revised(s.outcome(s.E1, s.B1), ReviseOutcome, statement="another aim")),
        ((s.OPENED,), s.ADVICE),
        (WRITTEN, text.withdraw(s.F1, reason="not needed any more")),
        (WRITTEN, s.provision(s.G1, "G")),
        (WRITTEN, text.revised(s.provision(s.F1), ReviseProvision, what="regular support")),
        (text.HEALTH, AgreeHealthProvision(provision_id=s.G1, icb_code="QWO", agreed_by="DCO", **_on(s.WRITING))),
        (text.CARE, text.agree_care(UUID(int=61))),
        (WRITTEN, text.ASKED),
        ((*WRITTEN, text.ASKED), text.BUDGET),
    ]


def _draft_and_final() -> list[tuple[Sequence[Command], Command]]:
    return [
        (WRITTEN, s.SERVED),
        (s.DRAFT, s.FINISHED),
        (s.DRAFT, draft.MET),
        (s.DRAFT, s.NAMED),
        ((*s.DRAFT, s.NAMED), BlankSectionI(**_on(date(2027, 1, 18)))),
        ((*s.DRAFT, s.NAMED), s.ISSUED),
    ]


def _amendment() -> list[tuple[Sequence[Command], Command]]:
    redraft = EndRedraft(reassessment_id=s.MANDATE, **_on(date(2027, 3, 12)))
    return [
        (s.FINAL, s.mandated(Basis.ORDER)),
        (s.FINAL, s.BEGUN_WITHOUT_REVIEW),
        (amendment.REG_28, amendment.ABANDONED),
        (amendment.REASSESSED, redraft),
        (amendment.BY_REVIEW, s.NOTICED),
        ((*amendment.BY_REVIEW, s.NOTICED), s.AMENDED),
        ((*amendment.BY_REVIEW, s.NOTICED), amendment.STAYS),
    ]


def _review() -> list[tuple[Sequence[Command], Command]]:
    moved = RescheduleReview(review_id=s.R1, meeting_on=date(2027, 12, 3), **_on(date(2027, 11, 20)))
    return [
        (s.FINAL, s.SCHEDULED),
        (UNDER_WAY, moved),
        *((before, command) for command, _, before in review.STEPS),
        (s.FINAL, review.REQUESTED),
        ((*s.FINAL, review.REQUESTED), review.AGREED),
        ((*s.FINAL, review.REQUESTED), review.DECLINED),
        (s.FINAL, review.SUGGESTED),
    ]


def _upkeep() -> list[tuple[Sequence[Command], Command]]:
    return [
        (s.FINAL, upkeep.TRANSFER),
        (s.FINAL, RecordPlanEndAge(maintain_until=date(2031, 7, 31), **_on(date(2031, 1, 1)))),
        (s.FINAL, upkeep.STARTED),
        (s.FINAL, upkeep.FAILED),
        ((*s.FINAL, upkeep.FAILED), upkeep.RESTORED),
        (s.FINAL, upkeep.DUE),
        ((*s.FINAL, upkeep.DUE), upkeep.CHECKED),
        (s.DRAFT, upkeep.CLAIM),
        ((*s.DRAFT, upkeep.CLAIM), upkeep.ENDED),
        ((*s.DRAFT, upkeep.CLAIM), upkeep.REJECTED),
    ]


def _attendance() -> list[tuple[Sequence[Command], Command]]:
    return [
        ((*opening.ENTERED, opening.CONFIRMED), attendance.IMPRACTICAL),
        (attendance.IN_YEAR_13, attendance.STOPPED),
        (attendance.IN_YEAR_9, attendance.NOT_IN_EDUCATION),
        ((*attendance.IN_YEAR_9, attendance.NOT_IN_EDUCATION), attendance.RESUMED),
        ((*attendance.IN_YEAR_9, attendance.NOT_IN_EDUCATION), attendance.PLACED),
    ]


def _ceasing() -> list[tuple[Sequence[Command], Command]]:
    until = RecordPlanEndAge(maintain_until=date(2031, 7, 31), **_on(date(2031, 1, 1)))
    appealed = ceasing.note(ceasing.Step.APPEAL_REGISTERED, date(2028, 6, 1))
    return [
        (s.FINAL, s.CONSIDERED),
        ((*s.FINAL, s.CONSIDERED), s.CONSULTED[0]),
        ((*s.FINAL, s.CONSIDERED), AbandonCeasing(**_on(date(2028, 4, 20)))),
        (ceasing.READY, ceasing.MADE),
        (ceasing.READY, s.NOTIFIED),
        (ceasing.DECIDED, ceasing.CEASED),
        ((*s.FINAL, until), EndPlanAtMaximumAge(**_on(date(2031, 7, 31)))),
        (s.FINAL, EndPlanOnDeath(**_on(date(2027, 6, 1)))),
        (s.FINAL, HandOverPlan(move_id=UUID(int=50), **_on(date(2027, 9, 14)))),
        (ceasing.DECIDED, appealed),
    ]


def _on(day: date) -> dict[str, Any]:
    return {"occurred_on": day, **s.CASE_ID}


def plan_examples() -> list[Example]:
    told = [
        *_opening(),
        *_text(),
        *_draft_and_final(),
        *_amendment(),
        *_review(),
        *_upkeep(),
        *_attendance(),
        *_ceasing(),
    ]
    examples: list[Example] = [(s.history(*before), command) for before, command in told]
    corrected: Example = ([*s.history(s.OPENED), CORRECTED], s.need(s.B1))
    return [*examples, corrected]


def plan_events() -> list[Event]:
    """One event of every type, as the examples show them."""
    from plan.plan import plan
    from shared.testing.spec import stamped

    found: dict[type[Event], Event] = {}
    for before, command, *_ in plan_examples():
        made = plan.decide(stamped(command, at=s.AFTERWARDS), plan.fold(before))
        for event in (*made, *before):
            found.setdefault(type(event), event)
    return list(found.values())
