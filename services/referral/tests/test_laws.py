"""The laws of every decider, on examples that accept each command once and show each event."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from referral import person as p
from referral import person_events as pe
from referral import request as r
from referral import request_events as re
from referral import sen_support as s
from referral import sen_support_commands as sc
from referral import sen_support_events as se
from referral import senco as n
from referral.api import routes
from referral.codes import Area, Channel, Layer, NeedCode, Source
from shared.testing.laws import Example, check, check_what_people_send

from shared import case_id_of

PERSON, OTHER, THING = UUID(int=7), UUID(int=8), UUID(int=9)
CASE = case_id_of("999", PERSON)
DAY = date(2026, 3, 2)
LATER = date(2026, 4, 6)
BODY: dict[str, Any] = {"occurred_on": LATER, "case_id": CASE}
WRONG: dict[str, Any] = {
    "occurred_on": LATER,
    "corrects": THING,
    "was": DAY,
    "now": date(2026, 3, 1),
    "reason": "letter",
}

# --- person ---

IDS = {"person_id": PERSON, "case_id": CASE}
registered = pe.PersonRegistered(
    occurred_on=DAY,
    name="Test-Child Kestrel",
    date_of_birth=date(2018, 3, 4),
    upn="H801200001001",
    nhs_number="9434765919",
    **IDS,
)
CONTACT: dict[str, Any] = {
    "contact_id": OTHER,
    "relationship": pe.Relationship.PARENT,
    "parental_responsibility": True,
    "name": "Test-Parent Kestrel",
    "address": "1 Example Street",
    "email": "parent@example.org",
    "telephone": "01632 960001",
}
contact = pe.ContactRecorded(occurred_on=DAY, **CONTACT, **IDS)
PERSON_EXAMPLES: list[Example] = [
    ([], p.RegisterPerson(person_id=PERSON, name="Test-Child Kestrel", date_of_birth=date(2018, 3, 4))),
    ([registered], p.ChangePersonDetails(person_id=PERSON, name="Test-Child Plover", reason="adoption")),
    ([registered], p.RecordIdentifiers(person_id=PERSON, uln="1000000043")),
    ([registered], p.RecordContact(person_id=PERSON, **CONTACT)),
    ([registered, contact], p.ChangeContact(person_id=PERSON, **CONTACT | {"email": "new@example.org"})),
    ([registered, contact], p.EndContact(person_id=PERSON, contact_id=OTHER)),
    (
        [registered, pe.PersonDateCorrected(**WRONG, **IDS)],
        p.AllocateCaseworker(person_id=PERSON, caseworker="ana", team="North"),
    ),
]

# --- request ---

CHILD = p.person.fold([registered])
ROUND = {"case_id": CASE, "request_id": THING}
requested = re.EhcNeedsAssessmentRequested(
    occurred_on=DAY, person_id=PERSON, source=Source.PARENT, channel=Channel.EMAIL, **ROUND
)
refused = re.RequestRoundEnded(occurred_on=LATER, outcome=re.Outcome.REFUSED_TO_ASSESS, **ROUND)
REQUEST_EXAMPLES: list[Example] = [
    ([], r.RequestEhcNeedsAssessment(occurred_on=DAY, person_id=PERSON, source=Source.PARENT), CHILD),
    ([requested], r.RequestEhcNeedsAssessment(occurred_on=LATER, person_id=PERSON, source=Source.SCHOOL), CHILD),
    ([], r.BringToAttention(occurred_on=DAY, person_id=PERSON, source=Source.HEALTH), CHILD),
    ([requested], r.AcknowledgeRequest(**BODY)),
    ([requested, re.RequestDateCorrected(case_id=CASE, **WRONG)], r.WithdrawRequest(**BODY)),
    ([requested], r.NoteAnswer(request_id=THING, outcome=re.Outcome.REFUSED_TO_ASSESS, **BODY)),
    ([requested, refused], r.NoteReversal(request_id=THING, **BODY)),
    ([requested], r.NotePlanHolding(plan_id=OTHER, held=True, **BODY)),
]

# --- SEN support ---

SPELL = {"case_id": CASE, "support_id": OTHER}
started = se.SenSupportStarted(
    occurred_on=DAY,
    person_id=PERSON,
    primary_need_code=NeedCode.SLCN,
    layer=Layer.TARGETED,
    consent_basis="PARENT_INFORMED",
    parent_informed_on=DAY,
    **SPELL,
)
OUTCOME = sc.PlannedOutcome(target="says three words", baseline="says one", by=LATER)
STRATEGY = sc.PlannedStrategy(
    what="language group", who="teaching assistant", frequency="daily", minutes=20, group_size=4
)
opened = se.ApdrCycleOpened(
    occurred_on=DAY,
    person_id=PERSON,
    cycle_id=THING,
    number=1,
    origin=se.CycleOrigin.GRADUATED_APPROACH,
    assess_summary="few words",
    outcomes=(se.ApdrOutcome(**OUTCOME.model_dump()),),
    strategies=(se.Strategy(**STRATEGY.model_dump()),),
    review_due_on=date(2026, 6, 8),
    **SPELL,
)
asked = se.SpecialistAdviceRequested(occurred_on=DAY, advice_id=THING, profession="SALT", **SPELL)
CONCERN: dict[str, Any] = {"raised_by": "CLASS_TEACHER", "areas": (Area.CI,), "observed_difficulty": "few words"}
concern = se.ConcernRaised(occurred_on=DAY, person_id=PERSON, **CONCERN, **SPELL)
SUPPORT_EXAMPLES: list[Example] = [
    ([], sc.RaiseConcern(occurred_on=DAY, person_id=PERSON, **CONCERN), CHILD),
    ([concern], sc.CloseConcern(outcome="OTHER", **BODY)),
    ([], sc.RecordProgressCheck(person_id=PERSON, check_type="TWO_YEAR", areas_below_expected=(Area.CI,)), CHILD),
    ([], sc.ReceiveHealthNotification(person_id=PERSON, from_org="Example NHS Trust", basis="hearing test"), CHILD),
    ([], sc.StartSenSupport(occurred_on=DAY, person_id=PERSON, parent_informed_on=DAY), CHILD),
    ([started], sc.IdentifyNeed(primary_need_code=NeedCode.ASD, secondary_need_code=NeedCode.SLCN, **BODY)),
    ([started], sc.OpenApdrCycle(assess_summary="few words", outcomes=(OUTCOME,), strategies=(STRATEGY,), **BODY)),
    (
        [started, opened],
        sc.StartTargetedSupport(intervention_code="SALT_SCREEN", provider="HEALTH", planned_weeks=6, **BODY),
    ),
    ([started], sc.RequestSpecialistAdvice(profession="SALT", **BODY)),
    ([started, asked], sc.RecordSpecialistAdvice(advice_id=THING, summary_ref="doc-1", **BODY)),
    ([started, opened], sc.ReviewApdrCycle(progress="SOME", next=se.Next.CONTINUE, child_view="better", **BODY)),
    ([started, se.SenSupportDateCorrected(case_id=CASE, **WRONG)], sc.EndSenSupport(reason="LEFT", **BODY)),
    ([started], sc.CloseSupportForPlan(**BODY)),
    ([started], sc.ResumeApdrCycle(origin=se.CycleOrigin.REFUSAL, because_of=THING, **BODY)),
]

# --- SENCo ---

appointed = n.SencoAppointed(
    occurred_on=DAY,
    senco_id=THING,
    setting_id=OTHER,
    qualified_teacher=True,
    is_head=False,
    fte=0.6,
    protected_hours_week=8,
    senior_leader=False,
)
SENCO_EXAMPLES: list[Example] = [
    ([], n.AppointSenco(setting_id=OTHER, qualified_teacher=True, fte=0.6, protected_hours_week=8)),
    (
        [appointed],
        n.RecordQualificationStart(
            occurred_on=LATER, senco_id=THING, provider="Example Hub", expected_by=date(2027, 12, 1)
        ),
    ),
    ([appointed], n.RecordQualificationAward(occurred_on=LATER, senco_id=THING, certificate_ref="c-1")),
    ([appointed], n.RecordExemption(occurred_on=LATER, senco_id=THING, basis="NASENCO_HELD", evidence_ref="c-2")),
    (
        [appointed, n.SencoDateCorrected(senco_id=THING, **WRONG)],
        n.RecordSencoLeft(occurred_on=LATER, senco_id=THING, successor_id=OTHER),
    ),
]


def test_person() -> None:
    check(p.person, PERSON_EXAMPLES)
    check_what_people_send(
        p.person,
        PERSON_EXAMPLES,
        routes,
        lasting={
            p.ChangePersonDetails,
            p.RecordIdentifiers,
            p.ChangeContact,
            p.AllocateCaseworker,
        },
    )


def test_request() -> None:
    check(r.request, REQUEST_EXAMPLES)
    check_what_people_send(r.request, REQUEST_EXAMPLES, routes, again={r.RequestEhcNeedsAssessment, r.BringToAttention})


def test_sen_support() -> None:
    check(s.sen_support, SUPPORT_EXAMPLES)
    check_what_people_send(
        s.sen_support,
        SUPPORT_EXAMPLES,
        routes,
        again={sc.RaiseConcern, sc.RecordProgressCheck, sc.ReceiveHealthNotification},
        lasting={sc.IdentifyNeed},
    )


def test_senco() -> None:
    check(n.senco, SENCO_EXAMPLES)
    check_what_people_send(
        n.senco,
        SENCO_EXAMPLES,
        routes,
        elsewhere={"setting_id", "successor_id"},
        lasting={n.RecordExemption},
    )
