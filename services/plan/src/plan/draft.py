"""The draft plan: served without section I, answered, talked over; and where the child is to go (s.38, reg 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, assert_never
from uuid import UUID

from plan import checks
from plan.contents import Contents
from plan.dates import refuse_before
from plan.facts import Guard, PlanCommand, PlanFact, live, told, with_item
from plan.notices import Text
from plan.serving import Method, RightsHolders, served_on
from plan.state import BY_DRAFT, Basis, NamingDecision, Plan, RightsHolder, SectionI, Served
from shared import UNFILLED, Command, Condition, Decision, NewId, NotBefore, Personal, Rejected


class DraftPlanServed(PlanFact):
    """The draft plan was sent to the family on this day, section I blank; their window ends on ``window_last_day``."""

    type: Literal["plan.draft-plan-served"] = "plan.draft-plan-served"
    request_id: UUID | None
    order_id: UUID | None = None
    reassessment_id: UUID | None = None
    version: int
    """1 for the first draft of this plan."""
    served_on: Annotated[date, NotBefore("occurred_on")]
    window_last_day: date
    method: Method
    rights_holders: tuple[RightsHolder, ...]
    section_i_blank: Literal[True] = True
    settings_information_given: bool
    meeting_right_given: bool
    vague_wording: int
    """Vague phrases still in it."""
    warnings: tuple[str, ...] = ()
    """Codes of the checks that only warn."""


class RepresentationsReceived(PlanFact):
    """The family answered the draft or the amendment notice. ``finished`` where they say they have no more to say."""

    type: Literal["plan.representations-received"] = "plan.representations-received"
    representation_id: UUID
    notice_id: UUID | None = None
    by: RightsHolder
    finished: bool
    setting_id: UUID | None = None
    """The setting they ask for, if they name one."""
    meeting_requested: bool
    content: Personal[Text] | None = None


class DraftPlanMeetingHeld(PlanFact):
    """An officer of the authority met the family about the draft or the notice (reg 13(1)(a)(ii), 22(2))."""

    type: Literal["plan.draft-plan-meeting-held"] = "plan.draft-plan-meeting-held"
    notice_id: UUID | None = None
    attended_by: tuple[RightsHolder, ...]


class SettingNamed(PlanFact):
    """The naming decision came in: section I of the next final plan is settled."""

    type: Literal["plan.setting-named"] = "plan.setting-named"
    naming_id: UUID
    decision: NamingDecision
    setting_id: UUID | None = None
    setting_name: str | None = None
    setting_type: str


class SectionIBlanked(PlanFact):
    """The naming decision was set aside, because the draft must be served again without it."""

    type: Literal["plan.section-i-blanked"] = "plan.section-i-blanked"
    naming_id: UUID


DraftEvent = DraftPlanServed | RepresentationsReceived | DraftPlanMeetingHeld | SettingNamed | SectionIBlanked


class ServeDraftPlan(PlanCommand):
    """Serve the draft on the family. ``occurred_on`` is the day it is sent."""

    method: Method
    served_on: date | None = None
    """If left out: the same day, or for post the second working day after."""
    rights_holders: RightsHolders
    """Everyone whose reply counts; when all of them have finished, the plan may be issued early."""
    settings_information_given: bool
    meeting_right_given: bool


class RecordRepresentation(PlanCommand):
    """Record what the family says about the draft or the amendment notice."""

    representation_id: NewId = UNFILLED
    made_by: RightsHolder
    finished: bool
    setting_id: UUID | None = None
    meeting_requested: bool = False
    content: Personal[Text] | None = None


class HoldDraftPlanMeeting(PlanCommand):
    """Record that the family and an officer of the authority met about the draft or the notice."""

    attended_by: RightsHolders


class NameSetting(Command):
    """Take the naming decision into section I. Sent by a reaction: where to name is decided in placement."""

    case_id: UUID
    plan_id: UUID
    naming_id: UUID
    decision: NamingDecision
    setting_id: UUID | None = None
    setting_name: str | None = None
    setting_type: str


class BlankSectionI(PlanCommand):
    """Set the naming decision aside, to serve the draft once more; where to name is then decided afresh."""


# --- guards ---


def being_drafted(state: Plan) -> Condition | None:
    if state.work is not None and state.work.basis in BY_DRAFT:
        return None
    if state.work is not None and state.work.basis is not Basis.TRANSFER_IN:
        return Condition(
            "no-draft-to-serve", "The plan is being amended; the family gets an amendment notice, no draft."
        )
    return live(state) or Condition("no-draft-to-serve", "No draft is being prepared; the plan is final.")


def section_i_blank(state: Plan) -> Condition | None:
    if state.named is None:
        return None
    return Condition(
        "section-i-not-blank", "A draft leaves section I blank (s.38(5)); set the naming decision aside first."
    )


def _passes(check: checks.Check) -> Guard:
    return lambda state: condition(check(state.contents))


def condition(finding: checks.Finding | None) -> Condition | None:
    return Condition(finding.code, finding.detail) if finding is not None else None


TEXT_STANDS: list[Guard] = [
    lambda s: condition(checks.section_b_empty(s.contents)),
    *map(_passes, checks.CONDITIONS),
    lambda s: condition(checks.no_preparation_for_adulthood(s.contents, s.year_group)),
]
"""The golden thread and the specificity of the text, one condition each."""


def refuse_no_preparation_for_adulthood(text: Contents, state: Plan, on: date) -> None:
    """As the guard, for the school year the child is in on that day."""
    if (found := checks.no_preparation_for_adulthood(text, state.year_group_on(on))) is not None:
        raise Rejected(found.code, found.detail)


def something_served(state: Plan) -> Condition | None:
    if state.served is not None:
        return None
    return Condition("nothing-served", "The family has no draft and no amendment notice from you to answer.")


def _something_named(state: Plan) -> Condition | None:
    return (
        None
        if state.named is not None
        else Condition(
            "section-i-blank", "No naming decision has come in for a draft: there is nothing to blank in section I."
        )
    )


# --- decisions ---


def _serve(command: ServeDraftPlan, state: Plan) -> Sequence[PlanFact]:
    assert state.work is not None
    left_out = [
        words
        for words, given in (
            ("where to find information about settings", command.settings_information_given),
            ("the right to a meeting with an officer", command.meeting_right_given),
        )
        if not given
    ]
    if left_out:
        raise Rejected("draft-notice-incomplete", f"The draft must come with {' and '.join(left_out)} (reg 13(1)).")
    refuse_before(command.occurred_on, state.work.begun_on, code="before-drafting", what="the day drafting began")
    refuse_no_preparation_for_adulthood(state.contents, state, command.occurred_on)
    served = served_on(command, command.method, command.served_on)
    reassessing = state.work.basis is Basis.REASSESSMENT
    return [
        told(
            DraftPlanServed,
            command,
            state,
            request_id=None if reassessing else state.request_id,
            order_id=None if reassessing else state.order_id,
            reassessment_id=state.work.source_id if reassessing else None,
            version=state.drafts + 1,
            served_on=served,
            window_last_day=window_last_day(served),
            vague_wording=checks.vague_count(state.contents),
            warnings=tuple(w.code for w in state.checks.warnings),
        )
    ]


def window_last_day(served: date) -> date:
    """The last day of at least 15 days beginning with the day of service."""
    return Served(sent_on=served, served_on=served).window_last_day


def _served_today_and_unchanged(command: ServeDraftPlan, state: Plan) -> bool:
    served = state.served
    return (
        being_drafted(state) is None
        and served is not None
        and served.sent_on == command.occurred_on
        and not served.changed_by_representations
        and not served.changed_otherwise
    )


def _represent(command: RecordRepresentation, state: Plan) -> Sequence[PlanFact]:
    assert state.served is not None
    refuse_before(command.occurred_on, state.served.sent_on, code="before-service", what="the day the text was sent")
    if command.made_by not in state.served.rights_holders:
        holders = ", ".join(state.served.rights_holders)
        raise Rejected("not-a-rights-holder", f"It was served on {holders}; {command.made_by} is not among them.")
    return [told(RepresentationsReceived, command, state, by=command.made_by, notice_id=state.served.notice_id)]


def _meet(command: HoldDraftPlanMeeting, state: Plan) -> Sequence[PlanFact]:
    assert state.served is not None
    refuse_before(command.occurred_on, state.served.sent_on, code="before-service", what="the day the text was sent")
    return [told(DraftPlanMeetingHeld, command, state, notice_id=state.served.notice_id)]


def _name(command: NameSetting, state: Plan) -> Sequence[PlanFact]:
    return [told(SettingNamed, command, state)]


def _naming_is_moot(command: NameSetting, state: Plan) -> bool:
    latest = state.named or state.section_i
    return (
        not state.live
        or state.plan_id != command.plan_id
        or (latest is not None and latest.naming_id == command.naming_id)
    )


def evolve(state: Plan, event: DraftEvent) -> Plan:
    match event:
        case DraftPlanServed():
            served = Served(
                sent_on=event.occurred_on,
                served_on=max(event.served_on, event.occurred_on),
                version=event.version,
                rights_holders=event.rights_holders,
            )
            return _with_work(replace(state, drafts=event.version), served)
        case RepresentationsReceived():
            return _represented(state, event)
        case DraftPlanMeetingHeld():
            return state.with_served(meeting_held_on=event.occurred_on) if state.served is not None else state
        case SettingNamed():
            named = SectionI(event.naming_id, event.decision, event.setting_id, event.setting_name, event.setting_type)
            return replace(state, named=named)
        case SectionIBlanked():
            return replace(state, named=None)
        case _ as never:
            assert_never(never)


def _with_work(state: Plan, served: Served) -> Plan:
    assert state.work is not None
    return replace(state, work=replace(state.work, served=served))


def _represented(state: Plan, event: RepresentationsReceived) -> Plan:
    if state.work is None or state.served is None:
        return state
    served = state.served
    if event.finished:
        served = replace(served, finished=with_item(served.finished, event.by))
    if event.meeting_requested:
        served = replace(served, meeting_asked_on=event.occurred_on)
    ids = with_item(state.work.representation_ids, event.representation_id)
    return replace(state, work=replace(state.work, served=served, representation_ids=ids))


decisions = [
    Decision(ServeDraftPlan, _serve, when=[being_drafted, section_i_blank, *TEXT_STANDS],
             already=_served_today_and_unchanged),
    Decision(RecordRepresentation, _represent, when=[something_served],
             already=lambda c, s: s.work is not None and c.representation_id in s.work.representation_ids),
    Decision(HoldDraftPlanMeeting, _meet, when=[something_served],
             already=lambda c, s: s.served is not None and s.served.meeting_held_on == c.occurred_on),
    Decision(NameSetting, _name, already=_naming_is_moot, opens=True),
    Decision(BlankSectionI, lambda c, s: [told(SectionIBlanked, c, s, naming_id=s.named.naming_id)],
             when=[_something_named]),
]  # fmt: skip
