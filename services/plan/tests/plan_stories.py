"""A plan's life as the commands that made it, with the dates of the green paper's first example (2.7)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from plan.amended_plan import IssueAmendedFinalPlan, IssueAmendmentNotice
from plan.amendment import BeginAmendment, NoteMandate
from plan.ceasing import CeaseReason, ConsiderCeasing, HoldCeasingConsultation, NotifyCeaseDecision
from plan.clauses import AddNeed, AttachAdvice, RecordViews, ReviseNeed, SetOutcome
from plan.contents import PfaTheme
from plan.draft import NameSetting, RecordRepresentation, ServeDraftPlan
from plan.final import IssueFinalPlan
from plan.notices import Rights
from plan.opening import OpenPlan
from plan.plan import plan
from plan.provision import AgreeHealthProvision, SpecifyProvision
from plan.review import DecideReviewOutcome, HoldReviewMeeting, ScheduleAnnualReview
from plan.state import Basis
from shared.testing.spec import Spec, given, stamped

from shared import Command, Event, derived_id

from .stories import CASE, PERSON, PLAN

REQUEST, NAMING, SETTING, DRAFTED = (UUID(int=n) for n in (20, 21, 22, 23))
B1, B2, C1, E1, F1, G1 = (UUID(int=n) for n in (31, 32, 33, 34, 35, 36))
R1, NOTICE, MANDATE, SAID = (UUID(int=n) for n in (41, 42, 43, 44))
CASE_ID: dict[str, Any] = {"case_id": CASE}

OPENING = date(2026, 11, 30)
WRITING = date(2026, 12, 7)
SERVING = date(2026, 12, 14)
LAST_DAY = date(2026, 12, 28)
ISSUING = date(2027, 1, 22)
AFTERWARDS = datetime(2032, 6, 1, 12, tzinfo=UTC)

R4 = Rights(appeal=True, time_limits=True, mediation=True, disagreement_and_advice=True)
NO_MEDIATION = R4.model_copy(update={"mediation": False})


def history(*commands: Command) -> list[Event]:
    """The events of these commands, one after the other."""
    events: list[Event] = []
    for number, command in enumerate(commands, start=100):
        made = plan.decide(stamped(command, at=AFTERWARDS, number=number), plan.fold(events))
        assert made, f"{type(command).__name__} did nothing in a story"
        events += made
    return events


def having(*commands: Command) -> Spec:
    """``given`` the events of these commands; what is sent next is sent long after them."""
    return given(plan, *history(*commands)).sent_at(AFTERWARDS)


def need(id: UUID, section: str = "B", **more: Any) -> AddNeed:
    facts = {"need_code": "SLCN", "description": "needs in words", "occurred_on": WRITING, **more}
    return AddNeed(need_id=id, section=section, **CASE_ID, **facts)


def outcome(id: UUID, *needs: UUID, **more: Any) -> SetOutcome:
    facts = {"statement": "is understood by peers", "by_when": date(2028, 7, 31), "occurred_on": WRITING, **more}
    return SetOutcome(outcome_id=id, need_ids=needs, **CASE_ID, **facts)


def provision(id: UUID, section: str = "F", **more: Any) -> SpecifyProvision:
    facts = {
        "what": "a programme of language therapy",
        "need_ids": (B1,),
        "outcome_ids": (E1,),
        "delivered_by_role": "SALT assistant",
        "frequency_count": 2,
        "frequency_period": "WEEK",
        "duration_minutes": 30,
        "max_group_size": 3,
        "responsible_body": "LA",
        "funding_element": "E3",
        "occurred_on": WRITING,
        **more,
    }
    return SpecifyProvision(provision_id=id, section=section, **CASE_ID, **facts)


OPENED = OpenPlan(
    case_id=CASE, person_id=PERSON, plan_id=PLAN, reason="NEW", request_id=REQUEST, year_group=3, occurred_on=OPENING
)
VIEWS = RecordViews(
    views_id=DRAFTED, captured_from="CHILD", method="WRITTEN", views="I like trains", occurred_on=WRITING, **CASE_ID
)
ADVICE = AttachAdvice(
    advice_id=UUID(int=37), advice_type="PSYCHOLOGY", author="Test-Psychologist Wren", author_role="EP",
    received_on=date(2026, 11, 2), document_ref="doc-1", occurred_on=WRITING, **CASE_ID,
)  # fmt: skip
TEXT = (VIEWS, need(B1, rank="PRIMARY"), outcome(E1, B1), provision(F1), ADVICE)
TEXT_WITH_HEALTH = (
    *TEXT,
    need(C1, "C"),
    provision(G1, "G", need_ids=(C1,), responsible_body="ICB", funding_element="HEALTH"),
    AgreeHealthProvision(provision_id=G1, icb_code="QWO", agreed_by="DCO", occurred_on=WRITING, **CASE_ID),
)
SERVED = ServeDraftPlan(
    method="EMAIL", rights_holders=("PARENT",), settings_information_given=True, meeting_right_given=True,
    occurred_on=SERVING, **CASE_ID,
)  # fmt: skip
FINISHED = RecordRepresentation(
    representation_id=SAID,
    made_by="PARENT",
    finished=True,
    content="all fine",
    occurred_on=date(2026, 12, 18),
    **CASE_ID,
)
ASKED_FOR_CHANGE = FINISHED.model_copy(update={"finished": False, "content": "please change this"})
NAMED = NameSetting(
    plan_id=PLAN, naming_id=NAMING, decision="NAMED", setting_id=SETTING, setting_name="Riverside Academy",
    setting_type="MAINSTREAM", occurred_on=date(2027, 1, 15), **CASE_ID,
)  # fmt: skip
ISSUED = IssueFinalPlan(
    rights=R4, recipients=("PARENT", "SETTING", "ICB"), signed_by="Officer One", method="EMAIL", occurred_on=ISSUING,
    **CASE_ID,
)  # fmt: skip
DRAFT = (OPENED, *TEXT, SERVED)
FINAL = (*DRAFT, NAMED, ISSUED)

# --- the first year ---

SCHEDULED = ScheduleAnnualReview(
    review_id=R1, kind="ANNUAL", meeting_on=date(2027, 11, 30), occurred_on=date(2027, 10, 1), **CASE_ID
)
HELD = HoldReviewMeeting(review_id=R1, attended_by=("PARENT", "SETTING"), occurred_on=date(2027, 11, 30), **CASE_ID)
DECIDED_AMEND = DecideReviewOutcome(
    review_id=R1, outcome="AMEND", recipients=("PARENT", "SETTING"), reasons="needs have changed",
    occurred_on=date(2027, 12, 20), **CASE_ID,
)  # fmt: skip
DECIDED_MAINTAIN = DECIDED_AMEND.model_copy(update={"outcome": "MAINTAIN", "rights": R4})
REVIEWED = (SCHEDULED, HELD, DECIDED_AMEND)

BEGUN = BeginAmendment(basis="REVIEW", source_id=R1, occurred_on=date(2027, 12, 20), **CASE_ID)
BEGUN_WITHOUT_REVIEW = BeginAmendment(basis="WITHOUT_REVIEW", occurred_on=date(2027, 12, 20), **CASE_ID)
REWORDED = ReviseNeed(
    need_id=B1, section="B", need_code="SLCN", rank="PRIMARY", description="needs in other words",
    occurred_on=date(2027, 12, 20), **CASE_ID,
)  # fmt: skip
NOTICED = IssueAmendmentNotice(
    notice_id=NOTICE, method="EMAIL", rights_holders=("PARENT",), evidence_refs=("report-1",),
    settings_information_given=True, meeting_right_given=True, occurred_on=date(2027, 12, 20), **CASE_ID,
)  # fmt: skip
AMENDED = IssueAmendedFinalPlan(
    rights=R4, recipients=("PARENT", "SETTING", "ICB"), signed_by="Officer One", method="EMAIL",
    occurred_on=date(2028, 1, 4), **CASE_ID,
)  # fmt: skip

# --- orders, and the end ---


def mandated(basis: Basis, id: UUID = MANDATE, on: date = date(2027, 3, 1)) -> NoteMandate:
    return NoteMandate(mandate_id=id, basis=basis, occurred_on=on, **CASE_ID)


CONSIDERED = ConsiderCeasing(ground="NO_LONGER_NECESSARY", occurred_on=date(2028, 4, 1), **CASE_ID)
CONSULTED = (
    HoldCeasingConsultation(consulted="FAMILY", occurred_on=date(2028, 4, 10), **CASE_ID),
    HoldCeasingConsultation(consulted="SETTING", occurred_on=date(2028, 4, 11), **CASE_ID),
)
CEASE = derived_id("cease decision")
NOTIFIED = NotifyCeaseDecision(
    decision_id=CEASE, cease_reason=CeaseReason.NEEDS_MET_WITHOUT_A_PLAN, rights=R4,
    recipients=("PARENT", "SETTING", "ICB"), reasons="needs are met", occurred_on=date(2028, 5, 1), **CASE_ID,
)  # fmt: skip
CEASING = (CONSIDERED, *CONSULTED, NOTIFIED)

ADULT_THEME = PfaTheme.INDEPENDENCE
