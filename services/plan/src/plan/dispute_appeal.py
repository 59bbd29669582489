"""The appeal to the First-tier Tribunal up to its decision: registered, answered, not opposed, withdrawn.

Children and Families Act 2014, ss.51 and 55; SEND Regulations 2014, reg 45; HESC Rules 2008, rules 12, 20 and 21.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from pydantic import Field

from plan.dates import once, refuse_before, refuse_future
from plan.dispute_state import CORRECT, OPEN_APPEAL, Appeal, AppealType, Dispute, OrderType, Owed, opened
from shared import COME, UNFILLED, Command, Condition, Decision, Event, NewId, NotBefore, Rejected, Value

Section = Literal["B", "C", "D", "F", "G", "H1", "H2", "I"]
"""Sections that an appeal can put in issue; C, D, G and H for a recommendation only."""

# --- events ---


class AppealRegistered(Event):
    """The Tribunal received an appeal, on this day. The authority's response counts from ``received_by_la_on``."""

    type: Literal["plan.appeal-registered"] = "plan.appeal-registered"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    about: AppealType
    decision_id: UUID | None
    notice_sent_on: Annotated[date, COME]
    request_id: UUID | None
    plan_id: UUID | None
    appeal_type: AppealType
    sections: tuple[Section, ...]
    received_by_la_on: Annotated[date, COME, NotBefore("occurred_on")]
    in_time: bool
    """False where the Tribunal extended the time."""
    certificate_id: UUID | None
    without_certificate: Literal["SECTION_I_ONLY", "LEAVE_GIVEN"] | None
    after_1700: bool = False
    """It reached the Tribunal after 17:00: on the last day, that is too late (rule 12(1))."""


class AppealResponseSubmitted(Event):
    """The authority sent its response to the Tribunal (rule 21)."""

    type: Literal["plan.appeal-response-submitted"] = "plan.appeal-response-submitted"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    after_1700: bool = False
    """It reached the Tribunal after 17:00: on the last day, that is too late (rule 12(1))."""


class AppealNotOpposed(Event):
    """The authority told the Tribunal, before responding, that it does not oppose the appeal (reg 45).

    The appeal then counts as decided for the family. ``owed`` is what the authority must do, in the words of an order;
    under ``order_id`` those acts are recorded, as for an order.
    """

    type: Literal["plan.appeal-not-opposed"] = "plan.appeal-not-opposed"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    order_id: UUID
    appeal_type: AppealType
    owed: OrderType
    decision_id: UUID | None
    request_id: UUID | None
    plan_id: UUID | None


class AppealWithdrawn(Event):
    """The family withdrew the appeal, or the Tribunal was told that it is no longer pursued."""

    type: Literal["plan.appeal-withdrawn"] = "plan.appeal-withdrawn"
    case_id: UUID
    person_id: UUID
    dispute_id: UUID
    appeal_type: AppealType
    decision_id: UUID | None


AppealEvent = AppealRegistered | AppealResponseSubmitted | AppealNotOpposed | AppealWithdrawn


def evolve(state: Dispute, event: AppealEvent) -> Dispute:
    on = event.occurred_on
    match event:
        case AppealRegistered():
            appeal = Appeal(event.appeal_type, on, event.received_by_la_on, event.after_1700)
            return replace(state, appeal=appeal)
        case AppealResponseSubmitted():
            return _appeal(state, responded_on=on, responded_after_1700=event.after_1700)
        case AppealNotOpposed():
            owed = Owed(event.order_id, (event.owed,), on, by_order=False)
            return replace(_appeal(state, conceded_on=on), owed=(*state.owed, owed))
        case AppealWithdrawn():
            return _appeal(state, withdrawn_on=on)
        case _ as never:
            assert_never(never)


def _appeal(state: Dispute, **changes: Any) -> Dispute:
    return replace(state, appeal=replace(state.the_appeal, **changes))


# --- commands ---


class NoticeOfAppeal(Value):
    """What an appeal says of itself."""

    appeal_type: AppealType
    sections: tuple[Section, ...] = ()
    received_by_la_on: date
    """When the registered appeal reached the authority."""
    in_time: bool
    leave_given: bool = False
    """The Tribunal allows the appeal although there is no mediation certificate."""
    after_1700: bool = Field(default=False, description="Whether it reached the Tribunal after 17:00 on that day.")


class RegisterAppeal(Command):
    """Record an appeal. ``occurred_on`` is the day on which the Tribunal received it."""

    dispute_id: UUID
    appeal: NoticeOfAppeal


class SubmitAppealResponse(Command):
    """Record that the response went to the Tribunal."""

    dispute_id: UUID
    after_1700: bool = Field(default=False, description="Whether it reached the Tribunal after 17:00 on that day.")


class ConcedeAppeal(Command):
    """Record that the authority told the Tribunal that it will not oppose the appeal."""

    dispute_id: UUID
    order_id: NewId = UNFILLED
    agreed_to_amend: bool = False
    """Only of an appeal against ceasing: the authority also agreed to amend the plan."""


class WithdrawAppeal(Command):
    """Record that the family withdrew the appeal."""

    dispute_id: UUID


# --- decisions ---

_SAME_PLAN = frozenset({AppealType.CONTENTS, AppealType.PLACEMENT, AppealType.REFUSAL_TO_AMEND})
"""A notice about a plan in force can be appealed in any of these ways."""

_CONCEDED: dict[AppealType, OrderType] = {
    AppealType.REFUSAL_TO_ASSESS: OrderType.ASSESS,
    AppealType.REFUSAL_TO_REASSESS: OrderType.ASSESS,
    AppealType.REFUSAL_TO_ISSUE: OrderType.MAKE_PLAN,
    AppealType.CONTENTS: OrderType.AMEND_CONTENT,
    AppealType.REFUSAL_TO_AMEND: OrderType.AMEND_CONTENT,
    AppealType.PLACEMENT: OrderType.AMEND_PLACEMENT,
    AppealType.CEASE: OrderType.CONTINUE,
}
"""What reg 45(3) to (6A) asks of the authority, in the words of an order."""


def register(command: RegisterAppeal, state: Dispute) -> Sequence[AppealEvent]:
    return [appeal_registered_by(command, state, command.appeal)]


def appeal_registered_by(command: Command, state: Dispute, appeal: NoticeOfAppeal) -> AppealRegistered:
    """Raises Rejected where the appeal may not be made, or does not fit the decision it is about."""
    matter = state.the_matter
    _refuse_misfit(appeal, matter.about)
    refuse_before(
        command.occurred_on, matter.notice_sent_on, code="appeal-before-notice", what="the notice of the decision"
    )
    refuse_before(
        appeal.received_by_la_on,
        command.occurred_on,
        code="received-before-registered",
        what="the day on which the Tribunal received the appeal",
    )
    refuse_future(command, appeal.received_by_la_on, what="The day on which the authority received the appeal")
    section_i_only = appeal.appeal_type == AppealType.PLACEMENT
    if state.mediation.certificate is None and not section_i_only and not appeal.leave_given:
        raise Rejected(
            "mediation-certificate-needed",
            "An appeal needs a mediation certificate (s.55) unless it is about section I only or the Tribunal gave "
            "leave: record the certificate first, or set leave_given.",
        )
    without: Literal["SECTION_I_ONLY", "LEAVE_GIVEN"] | None = None
    if state.mediation.certificate is None:
        without = "SECTION_I_ONLY" if section_i_only else "LEAVE_GIVEN"
    return AppealRegistered(
        occurred_on=command.occurred_on,
        appeal_type=appeal.appeal_type,
        sections=appeal.sections,
        received_by_la_on=appeal.received_by_la_on,
        in_time=appeal.in_time,
        certificate_id=state.mediation.certificate_id,
        without_certificate=without,
        after_1700=appeal.after_1700,
        **state.matter_fields,
    )


def _refuse_misfit(appeal: NoticeOfAppeal, about: AppealType) -> None:
    if appeal.appeal_type != about and not {appeal.appeal_type, about} <= _SAME_PLAN:
        raise Rejected(
            "appeal-about-another-decision",
            f"This dispute is about {about}; an appeal of type {appeal.appeal_type} belongs to another dispute.",
        )
    in_issue = set(appeal.sections)
    if appeal.appeal_type == AppealType.CONTENTS and not in_issue & {"B", "F"}:
        raise Rejected("sections-do-not-fit", "An appeal about contents puts section B or F in issue; name them.")
    if appeal.appeal_type == AppealType.PLACEMENT and not in_issue <= {"I"}:
        raise Rejected(
            "sections-do-not-fit", "An appeal about placement is about section I alone; else its type is CONTENTS."
        )


def respond(command: SubmitAppealResponse, state: Dispute) -> Sequence[AppealEvent]:
    _refuse_before_received(command, state)
    return [AppealResponseSubmitted(occurred_on=command.occurred_on, after_1700=command.after_1700, **state.ids)]


def concede(command: ConcedeAppeal, state: Dispute) -> Sequence[AppealEvent]:
    _refuse_before_received(command, state)
    kind = state.the_appeal.appeal_type
    owed = _CONCEDED[kind]
    if command.agreed_to_amend:
        if kind != AppealType.CEASE:
            raise Rejected("only-ceasing", "agreed_to_amend is for appeals against ceasing; leave it out.")
        owed = OrderType.CONTINUE_AND_AMEND
    return [
        AppealNotOpposed(
            occurred_on=command.occurred_on,
            order_id=command.order_id,
            appeal_type=kind,
            owed=owed,
            decision_id=state.the_matter.decision_id,
            request_id=state.the_matter.request_id,
            plan_id=state.the_matter.plan_id,
            **state.ids,
        )
    ]


def _refuse_before_received(command: Command, state: Dispute) -> None:
    refuse_before(
        command.occurred_on,
        state.the_appeal.registered_on,
        code="before-appeal",
        what="the day on which the Tribunal received the appeal",
    )


def withdraw(command: WithdrawAppeal, state: Dispute) -> Sequence[AppealEvent]:
    _refuse_before_received(command, state)
    return [
        AppealWithdrawn(
            occurred_on=command.occurred_on,
            appeal_type=state.the_appeal.appeal_type,
            decision_id=state.the_matter.decision_id,
            **state.ids,
        )
    ]


# --- conditions ---


def _no_appeal_yet(state: Dispute) -> Condition | None:
    if state.appeal is None:
        return None
    return Condition(
        "appeal-already-registered",
        f"An appeal was registered on {state.appeal.registered_on}; another decision is another dispute. {CORRECT}",
    )


def _not_answered(state: Dispute) -> Condition | None:
    if state.appeal is None or state.appeal.responded_on is None:
        return None
    return Condition(
        "response-already-submitted",
        f"The response went to the Tribunal on {state.appeal.responded_on}; after it one concedes by consent: record "
        "the Tribunal's consent order.",
    )


_not_responded = once(
    lambda s: s.appeal and s.appeal.responded_on, "response-submitted", "The response went to the Tribunal", CORRECT
)


def _registered_so(command: RegisterAppeal, state: Dispute) -> bool:
    asked = (command.appeal.appeal_type, command.occurred_on, command.appeal.after_1700)
    known = state.appeal
    return known is not None and (known.appeal_type, known.registered_on, known.registered_after_1700) == asked


def _responded_so(command: SubmitAppealResponse, state: Dispute) -> bool:
    asked = (command.occurred_on, command.after_1700)
    return state.appeal is not None and (state.appeal.responded_on, state.appeal.responded_after_1700) == asked


decisions = [
    Decision(
        RegisterAppeal,
        register,
        when=[opened, _no_appeal_yet],
        already=_registered_so,
    ),
    Decision(
        SubmitAppealResponse,
        respond,
        when=[*OPEN_APPEAL, _not_responded],
        already=_responded_so,
    ),
    Decision(
        ConcedeAppeal,
        concede,
        when=[*OPEN_APPEAL, _not_answered],
        already=lambda c, s: s.appeal is not None and s.appeal.conceded_on == c.occurred_on,
    ),
    Decision(
        WithdrawAppeal,
        withdraw,
        when=OPEN_APPEAL,
        already=lambda c, s: s.appeal is not None and s.appeal.withdrawn_on == c.occurred_on,
    ),
]
