"""Considering a request: telling everyone concerned, and consulting the family before anything is decided.

Children and Families Act 2014 s.36(4), (7); SEND Regulations 2014, regs 3, 4(2), 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import Field

from shared import Command, Condition, Decision, NotBefore, Personal

from . import notices
from .codes import Method, Recipient, Text
from .dates import refuse_before
from .notices import Notice
from .phase import Phase
from .rounds import CORRECT, Assessment, RoundEvent, only_in, said

CONSIDERATION_GOES_TO = (Recipient.PARENT, Recipient.ICB, Recipient.SOCIAL_CARE, Recipient.SETTING)
"""Reg 4(2): the family, the health body, social care, and the head of the setting attended."""

# --- events ---


class AssessmentConsiderationNotified(RoundEvent):
    """The family and those concerned were told that an assessment is considered and views are welcome (reg 4(2))."""

    type: Literal["assessment.assessment-consideration-notified"] = "assessment.assessment-consideration-notified"
    method: Method
    recipients: tuple[Recipient, ...]
    served_on: Annotated[date | None, NotBefore("occurred_on")]
    right_to_give_views_stated: bool


class ParentOrYoungPersonConsulted(RoundEvent):
    """The parent or young person was consulted before the decision (s.36(4), reg 3)."""

    type: Literal["assessment.parent-or-young-person-consulted"] = "assessment.parent-or-young-person-consulted"
    person_id: UUID
    who: Literal["PARENT", "YOUNG_PERSON"]
    method: Literal["MEETING", "TELEPHONE", "IN_WRITING", "ADVOCATE"]
    views_given: bool
    views: Personal[Text] | None = None
    support_offered: bool


ConsiderationEvent = AssessmentConsiderationNotified | ParentOrYoungPersonConsulted


def evolve(state: Assessment, event: ConsiderationEvent) -> Assessment:
    match event:
        case AssessmentConsiderationNotified():
            return state.change(
                event.request_id, considered_on=event.occurred_on, told_of_consideration=event.recipients
            )
        case ParentOrYoungPersonConsulted():
            known = state.round_of(event.request_id)
            before = known.consultations if known else ()
            one = (event.occurred_on, event.who, event.method, event.views_given)
            return state.change(event.request_id, consultations=(*before, one))
        case _ as never:
            assert_never(never)


# --- commands ---


class NotifyConsideration(Notice):
    """Tell the family, the ICB, social care and the setting that an assessment is being considered (reg 4(2))."""

    right_to_give_views_stated: bool = Field(description="The notice says that views and evidence may be sent.")
    attends_no_setting: bool = Field(default=False, description="The child attends no setting that could be told.")


class ConsultFamily(Command):
    """Record that the parent or young person was consulted, with their views or that none came (reg 3)."""

    case_id: UUID
    who: Literal["PARENT", "YOUNG_PERSON"]
    method: Literal["MEETING", "TELEPHONE", "IN_WRITING", "ADVOCATE"]
    views: Personal[Text] | None = Field(default=None, description="What they said; leave out if no views were given.")
    support_offered: bool = Field(default=False, description="Help to take part was considered and offered (reg 9).")


# --- decisions ---


def notify(command: NotifyConsideration, state: Assessment) -> Sequence[ConsiderationEvent]:
    refuse_before(
        command.occurred_on, state.now.requested_on, code="before-the-request", what="the day the request was received"
    )
    due_to = [r for r in CONSIDERATION_GOES_TO if not (r is Recipient.SETTING and command.attends_no_setting)]
    no_views = Condition(
        "right-to-views-missing",
        "The notice must say that the family may give views and submit evidence (s.36(7)). Send it again with that.",
    )
    notices.check(
        command,
        decided_on=None,
        due_to=due_to,
        hint=" If the child attends no setting, say attends_no_setting.",
        also=[] if command.right_to_give_views_stated else [no_views],
    )
    return [said(AssessmentConsiderationNotified, command, state, served_on=notices.served(command))]


def consult(command: ConsultFamily, state: Assessment) -> Sequence[ConsiderationEvent]:
    refuse_before(
        command.occurred_on, state.now.requested_on, code="before-the-request", what="the day the request was received"
    )
    return [said(ParentOrYoungPersonConsulted, command, state, views_given=command.views is not None)]


# --- guards ---

being_considered = only_in(
    Phase.REQUESTED, code="not-being-considered", need="This belongs before the decision whether to assess."
)


def _not_notified(state: Assessment) -> Condition | None:
    if (on := state.now.considered_on) is None or state.phase is not Phase.REQUESTED:
        return None
    return Condition("consideration-notified", f"The family was told of the consideration on {on}. {CORRECT}")


def family_consulted(state: Assessment) -> Condition | None:
    """A guard: s.36(4) wants the family consulted before either decision."""
    if state.now.consultations or state.now.reversal:
        return None
    return Condition(
        "family-not-consulted",
        "The parent or young person must be consulted before the decision (s.36(4), reg 3): record that first.",
    )


def consideration_notified(state: Assessment) -> Condition | None:
    """A guard: s.36(7) wants the family to have had the chance to give views before an assessment is decided on."""
    if state.now.considered_on or state.now.reversal:
        return None
    return Condition(
        "consideration-not-notified",
        "Tell the family and the others that an assessment is being considered first (s.36(7), reg 4(2)).",
    )


decisions = [
    Decision(
        NotifyConsideration,
        notify,
        when=[being_considered, _not_notified],
        already=lambda c, s: s.phase is Phase.REQUESTED and s.now.considered_on == c.occurred_on,
    ),
    Decision(
        ConsultFamily,
        consult,
        when=[being_considered],
        already=lambda c, s: (c.occurred_on, c.who, c.method, c.views is not None) in s.now.consultations,
    ),
]
