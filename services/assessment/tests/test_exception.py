"""Exceptions: the ground must be one the law lists for that limit, and the fact must be one the law means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from assessment.advice import RequestAdvice
from assessment.assessment import assessment
from assessment.codes import AdviceType
from assessment.exception import ClaimException, ExceptionClaimed
from assessment.exception_course import (
    EndException,
    ExceptionEnded,
    ExceptionRejected,
    FamilyToldOfException,
    RejectException,
    TellFamilyOfException,
)
from assessment.exception_limits import LIMITS, Ground
from assessment.opening import CloseWithdrawnAssessment
from assessment.reversal import Refused, ReverseRefusalAsBound
from assessment.rounds import Basis, Next
from pydantic import ValidationError

from shared import Command

from .stories import (
    ADVICE,
    AGREEMENT,
    ASSESSING,
    CASE,
    DISPUTE,
    DRAFTING,
    OPENED,
    ORDER,
    PERSON,
    REFUSED,
    REQUEST,
    SECOND_REQUEST,
    UNKNOWN,
    after,
    story,
)

IDS = {"case_id": CASE, "request_id": REQUEST}
CLAIMED = date(2026, 12, 1)
CLOSURE = {
    "ground": Ground.SETTING_CLOSED_4W,
    "first_closed_day": date(2026, 7, 22),
    "reopens_on": date(2026, 9, 2),
    "advice_asked_on": date(2026, 7, 16),
}
"""TV-13: closed for 42 days; advice could be asked for from 15 July to 26 August."""


def claim(**more: Any) -> ClaimException:
    body: dict[str, Any] = {
        "occurred_on": CLAIMED,
        "limit_id": "issue-final-plan",
        "ground": Ground.PERSONAL_CIRCUMSTANCES,
        "fact_from": date(2026, 10, 1),
        "fact_to": date(2026, 10, 20),
        "why_impractical": "The child was in hospital and could not be seen.",
        "decided_by": "mgr",
        "evidence_refs": ("letter-1",),
        "family_told_on": date(2026, 10, 5),
    }
    return ClaimException(case_id=CASE, **body | more)


def away(ground: Ground, first: date, days: int, **more: Any) -> ClaimException:
    return claim(ground=ground, fact_from=first, fact_to=first + timedelta(days=days - 1), **more)


def bound(basis: Basis) -> ReverseRefusalAsBound:
    return ReverseRefusalAsBound(
        occurred_on=date(2026, 11, 20),
        case_id=CASE,
        refusal=Refused.REFUSAL_TO_ASSESS,
        basis=basis,
        next=Next.ASSESS,
        order_id=None if basis is Basis.AGREEMENT else ORDER,
        dispute_id=DISPUTE,
        agreement_id=AGREEMENT if basis is Basis.AGREEMENT else None,
    )


SUBJECTS: dict[str, tuple[tuple[Command, ...], UUID | None]] = {
    "REQUEST": (OPENED, None),
    "ADVICE": (ASSESSING, ADVICE[AdviceType.MEDICAL]),
    "ORDER": ((*REFUSED, bound(Basis.ORDER)), ORDER),
    "CONCESSION": ((*REFUSED, bound(Basis.CONCESSION)), ORDER),
    "AGREEMENT": ((*REFUSED, bound(Basis.AGREEMENT)), AGREEMENT),
}
FACTS: dict[Ground, dict[str, Any]] = {
    Ground.SETTING_CLOSED_4W: CLOSURE,
    Ground.EARLY_YEARS_CLOSED_4W: CLOSURE | {"ground": Ground.EARLY_YEARS_CLOSED_4W},
    Ground.PERSONAL_CIRCUMSTANCES: {},
    Ground.AWAY_4W: {"ground": Ground.AWAY_4W, "fact_to": date(2026, 10, 28)},
    Ground.AWAY_2W: {"ground": Ground.AWAY_2W, "fact_to": date(2026, 10, 14)},
    Ground.MISSED_APPOINTMENT: {"ground": Ground.MISSED_APPOINTMENT, "fact_to": None},
}
FOUR = {"AWAY_4W", "PERSONAL_CIRCUMSTANCES", "SETTING_CLOSED_4W", "EARLY_YEARS_CLOSED_4W"}
LISTED = {
    "decide-whether-to-assess": FOUR,
    "determine-provision-not-necessary": FOUR,
    "notify-decision-not-to-issue": FOUR,
    "decide-to-issue-and-draft": FOUR,
    "issue-final-plan": FOUR,
    "provide-advice-cooperating-body": {"AWAY_4W", "PERSONAL_CIRCUMSTANCES", "MISSED_APPOINTMENT"},
    "provide-advice-other": {"AWAY_4W", "PERSONAL_CIRCUMSTANCES", "MISSED_APPOINTMENT"},
    "order-assess-notify": FOUR | {"AWAY_2W"},
    "order-assess-no-plan": FOUR | {"AWAY_2W"},
    "order-assess-final-plan": FOUR | {"AWAY_2W"},
    "order-reconsider": FOUR | {"AWAY_2W"},
    "concede-assess-notify": FOUR | {"AWAY_2W"},
    "concede-assess-no-plan": FOUR | {"AWAY_2W"},
    "concede-assess-final-plan": FOUR | {"AWAY_2W"},
    "comply-mediation-agreement-appealable": FOUR | {"AWAY_2W"},
    "detained-final-plan": FOUR - {"AWAY_4W"},
    "detained-assessment-carried-in": FOUR - {"AWAY_4W"},
    "detained-assessment-carried-out": FOUR,
}
"""What the regulations list, written down a second time."""


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("limit_id", LISTED)
def test_a_ground_relieves_a_limit_only_if_the_law_lists_it(limit_id: str, ground: Ground) -> None:
    limit = LIMITS[limit_id]
    so_far, subject_id = SUBJECTS[limit.subject]
    if limit_id == "provide-advice-other":
        subject_id = ADVICE[AdviceType.EDUCATION]
    sent = claim(limit_id=limit_id, subject_id=subject_id, **FACTS[ground])
    if ground in LISTED[limit_id]:
        [claimed] = story(*so_far).when(sent).then_types(ExceptionClaimed)
        assert (claimed.limit_id, claimed.ground, claimed.subject_id) == (limit_id, ground, subject_id)
    else:
        refused = story(*so_far).when(sent).then_rejected("ground-not-listed")
        assert limit.reference in refused.detail
        assert all(listed in refused.detail for listed in LISTED[limit_id])


def test_every_limit_of_the_table_is_checked_above() -> None:
    assert set(LIMITS) == set(LISTED)


@pytest.mark.parametrize(
    "limit_id",
    ["detained-no-plan", "seek-advice", "detained-decide", "review-decision", "no-such-limit"],
)
def test_a_limit_without_an_exception_in_law_is_not_relieved(limit_id: str) -> None:
    refused = story(*OPENED).when(claim(limit_id=limit_id)).then_rejected("limit-without-exception")
    assert "issue-final-plan" in refused.detail


@pytest.mark.parametrize("limit_id", ["reassessment-final-plan", "order-make-plan-draft", "concede-content"])
def test_an_exception_to_a_limit_of_the_plan_is_claimed_there(limit_id: str) -> None:
    story(*OPENED).when(claim(limit_id=limit_id)).then_rejected("limit-of-the-plan")


def test_shortage_of_staff_is_no_ground() -> None:
    with pytest.raises(ValidationError, match="Shortage of staff, late advice"):
        claim(ground="STAFF_SHORTAGE")


def test_a_claim_records_fact_dates_evidence_reasons_and_who() -> None:
    [claimed] = story(*OPENED).when(claim()).then_types(ExceptionClaimed)
    assert claimed == ExceptionClaimed(
        occurred_on=CLAIMED,
        person_id=PERSON,
        exception_id=claimed.exception_id,
        limit_id="issue-final-plan",
        ground=Ground.PERSONAL_CIRCUMSTANCES,
        fact_from=date(2026, 10, 1),
        fact_to=date(2026, 10, 20),
        advice_asked_on=None,
        first_closed_day=None,
        reopens_on=None,
        why_impractical="The child was in hospital and could not be seen.",
        decided_by="mgr",
        family_told_on=date(2026, 10, 5),
        evidence_refs=("letter-1",),
        subject_id=None,
        **IDS,
    )
    story(*OPENED, claim()).when(claim()).then_nothing()
    story(*OPENED, claim()).when(claim(limit_id="decide-whether-to-assess")).then_types(ExceptionClaimed)


@pytest.mark.parametrize("lacking", ["why_impractical", "decided_by", "evidence_refs", "limit_id", "ground"])
def test_a_claim_without_one_of_these_is_not_understood(lacking: str) -> None:
    body = claim().model_dump(exclude={lacking, "by", "at", "command_id"})
    with pytest.raises(ValidationError, match=lacking):
        ClaimException(**body)
    with pytest.raises(ValidationError):
        claim(**{lacking: () if lacking == "evidence_refs" else " "})


def test_late_claims_and_claims_while_the_plan_is_drafted_are_recorded_with_their_date() -> None:
    late = date(2027, 5, 1)
    [claimed] = story(*DRAFTING).when(claim(occurred_on=late)).then_types(ExceptionClaimed)
    assert claimed.occurred_on == late


# --- the fact ---


def test_a_closure_is_told_by_its_days_and_the_day_the_advice_was_asked_for() -> None:
    [claimed] = story(*OPENED).when(claim(**CLOSURE)).then_types(ExceptionClaimed)
    assert (claimed.fact_from, claimed.fact_to) == (date(2026, 7, 22), date(2026, 9, 1))
    story(*OPENED, claim(**CLOSURE)).when(claim(**CLOSURE)).then_nothing()


@pytest.mark.parametrize(
    ("asked_on", "inside"),
    [
        (date(2026, 7, 14), False),
        (date(2026, 7, 15), True),
        (date(2026, 7, 16), True),
        (date(2026, 8, 26), True),
        (date(2026, 8, 27), False),
    ],
)
def test_the_advice_must_have_been_asked_for_in_the_window_of_the_closure(asked_on: date, inside: bool) -> None:
    """TV-13 and TV-14: from 15 July to 26 August, both included."""
    told = story(*OPENED).when(claim(**CLOSURE | {"advice_asked_on": asked_on}))
    if inside:
        told.then_types(ExceptionClaimed)
    else:
        refused = told.then_rejected("advice-asked-outside-window")
        assert "from 2026-07-15 to 2026-08-26" in refused.detail


def test_a_closure_under_four_weeks_is_none() -> None:
    """TV-15: 17 days at Christmas."""
    christmas = CLOSURE | {
        "first_closed_day": date(2026, 12, 19),
        "reopens_on": date(2027, 1, 5),
        "advice_asked_on": date(2026, 12, 16),
    }
    refused = story(*OPENED).when(claim(**christmas)).then_rejected("closure-too-short")
    assert "17" in refused.detail
    exact = CLOSURE | {"reopens_on": date(2026, 8, 19)}
    story(*OPENED).when(claim(**exact)).then_types(ExceptionClaimed)
    short = CLOSURE | {"reopens_on": date(2026, 8, 18), "advice_asked_on": date(2026, 7, 1)}
    story(*OPENED).when(claim(**short)).then_rejected("closure-too-short", "advice-asked-outside-window")


@pytest.mark.parametrize(("ground", "least"), [(Ground.AWAY_4W, 28), (Ground.AWAY_2W, 14)])
def test_an_absence_counts_whole_days_both_ends_included(ground: Ground, least: int) -> None:
    """TV-16 and TV-22: 27 days are too few, 28 are enough; for an order 14."""
    so_far, order = SUBJECTS["ORDER"]
    this = {"limit_id": "order-assess-final-plan", "subject_id": order}
    story(*so_far).when(away(ground, date(2026, 7, 6), least, **this)).then_types(ExceptionClaimed)
    refused = story(*so_far).when(away(ground, date(2026, 7, 6), least - 1, **this)).then_rejected("absence-too-short")
    assert str(least) in refused.detail


def test_a_missed_appointment_is_told_by_its_day() -> None:
    sent = claim(
        limit_id="provide-advice-cooperating-body",
        subject_id=ADVICE[AdviceType.MEDICAL],
        ground=Ground.MISSED_APPOINTMENT,
        fact_from=date(2026, 11, 10),
        fact_to=None,
    )
    [claimed] = story(*ASSESSING).when(sent).then_types(ExceptionClaimed)
    assert (claimed.fact_from, claimed.fact_to) == (date(2026, 11, 10), date(2026, 11, 10))


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        (CLOSURE | {"reopens_on": None}, "reopens_on"),
        (CLOSURE | {"first_closed_day": None}, "first_closed_day"),
        (CLOSURE | {"advice_asked_on": None}, "advice_asked_on"),
        ({"fact_from": None}, "fact_from"),
        ({"ground": Ground.AWAY_4W, "fact_from": None, "fact_to": None}, "fact_from"),
    ],
)
def test_a_fact_is_told_by_its_dates(facts: dict[str, Any], missing: str) -> None:
    refused = story(*OPENED).when(claim(**facts)).then_rejected("fact-dates-missing")
    assert missing in refused.detail


def test_a_fact_that_still_lasts_has_no_last_day_yet() -> None:
    """Whether an absence lasts long enough is then for the clock to say."""
    for ground in (Ground.PERSONAL_CIRCUMSTANCES, Ground.AWAY_4W):
        [claimed] = story(*OPENED).when(claim(ground=ground, fact_to=None)).then_types(ExceptionClaimed)
        assert claimed.fact_to is None


def test_dates_of_a_claim_fit_each_other() -> None:
    story(*OPENED).when(claim(fact_to=date(2026, 9, 30))).then_rejected("fact-ends-before-it-starts")
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    sent = claim(family_told_on=date(2026, 12, 2))
    story(*OPENED).sent_at(noon).when(sent).then_rejected("family-told-in-future")
    story(*OPENED).sent_at(noon).when(claim(family_told_on=None)).then_types(ExceptionClaimed)


# --- the subject ---


def test_a_limit_of_the_request_needs_no_subject() -> None:
    [claimed] = story(*OPENED).when(claim(subject_id=REQUEST)).then_types(ExceptionClaimed)
    assert claimed.subject_id is None
    story(*OPENED).when(claim(subject_id=SECOND_REQUEST)).then_rejected("wrong-subject")


def test_each_piece_of_advice_has_a_limit_of_its_own() -> None:
    bound_to = claim(limit_id="provide-advice-cooperating-body")
    story(*ASSESSING).when(bound_to).then_rejected("subject-missing")
    unknown = bound_to.model_copy(update={"subject_id": UNKNOWN})
    story(*ASSESSING).when(unknown).then_rejected("unknown-advice")
    education = bound_to.model_copy(update={"subject_id": ADVICE[AdviceType.EDUCATION]})
    refused = story(*ASSESSING).when(education).then_rejected("wrong-limit")
    assert "provide-advice-other" in refused.detail
    team = RequestAdvice(
        occurred_on=CLAIMED,
        case_id=CASE,
        advice_type=AdviceType.OTHER,
        from_org="Youth offending team",
        cooperating_body=True,
    )
    so_far = (*ASSESSING, team)
    asked = assessment.fold(after(*so_far)).now.advice[-1]
    story(*so_far).when(bound_to.model_copy(update={"subject_id": asked.advice_id})).then_types(ExceptionClaimed)


def test_a_limit_of_an_order_runs_only_after_one() -> None:
    story(*OPENED).when(claim(limit_id="order-assess-notify")).then_rejected("limit-not-running")
    so_far, order = SUBJECTS["ORDER"]
    story(*so_far).when(claim(limit_id="concede-assess-notify")).then_rejected("limit-not-running")
    story(*so_far).when(claim(limit_id="order-assess-notify", subject_id=UNKNOWN)).then_rejected("wrong-subject")
    [claimed] = story(*so_far).when(claim(limit_id="order-assess-notify")).then_types(ExceptionClaimed)
    assert claimed.subject_id == order
    conceded, _ = SUBJECTS["CONCESSION"]
    [named] = (
        story(*conceded).when(claim(limit_id="concede-assess-notify", subject_id=DISPUTE)).then_types(ExceptionClaimed)
    )
    assert named.subject_id == ORDER


# --- what becomes of it ---


def claimed_id(*commands: Command) -> UUID:
    return assessment.fold(after(*commands)).now.claims[-1].exception_id


def test_the_family_is_told_the_fact_ends_or_the_claim_is_rejected() -> None:
    so_far = (*OPENED, claim(family_told_on=None))
    this = {"case_id": CASE, "exception_id": claimed_id(*so_far)}
    told, ended = TellFamilyOfException(occurred_on=CLAIMED, **this), EndException(occurred_on=CLAIMED, **this)
    rejected = RejectException(occurred_on=CLAIMED, reasons="He was seen on the ward.", decided_by="dcs", **this)
    ids = {**IDS, "exception_id": this["exception_id"], "occurred_on": CLAIMED}
    story(*so_far).when(told).then(FamilyToldOfException(**ids))
    story(*so_far).when(ended).then(ExceptionEnded(**ids))
    story(*so_far).when(rejected).then(
        ExceptionRejected(person_id=PERSON, reasons="He was seen on the ward.", decided_by="dcs", **ids)
    )
    for command in (told, ended, rejected):
        story(*so_far, command).when(command).then_nothing()
    story(*so_far, rejected).when(ended).then_rejected("exception-rejected")
    story(*so_far, rejected).when(told).then_rejected("exception-rejected")
    story(*so_far, rejected).when(claim(family_told_on=None)).then_types(ExceptionClaimed)


def test_an_exception_ends_after_it_began_and_only_if_it_was_claimed() -> None:
    so_far = (*OPENED, claim())
    this = {"case_id": CASE, "exception_id": claimed_id(*so_far)}
    story(*so_far).when(EndException(occurred_on=date(2026, 9, 30), **this)).then_rejected("ended-before-it-started")
    unknown = {"case_id": CASE, "exception_id": UNKNOWN}
    story(*so_far).when(EndException(**unknown)).then_rejected("unknown-exception")
    story(*OPENED).when(EndException(**this)).then_rejected("no-exception-claimed")
    story(*OPENED).when(TellFamilyOfException(**this)).then_rejected("no-exception-claimed")
    story(*OPENED).when(RejectException(reasons="x", decided_by="y", **this)).then_rejected("no-exception-claimed")


def test_a_closed_round_has_no_limits_left() -> None:
    withdrawn = CloseWithdrawnAssessment(occurred_on=date(2026, 10, 1), **IDS)
    story(*OPENED, withdrawn).when(claim()).then_rejected("assessment-closed")
