"""One example of every command of the deciders beside the plan's own, with what happened before it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from plan.commissioning_body import CommissioningBodyDateCorrected
from plan.detention import DetentionDateCorrected
from plan.direct_payment import DirectPaymentDateCorrected, RequestDirectPaymentReview
from plan.dispute import DisputeDateCorrected
from plan.dispute_adviser import ContactMediationAdviser, DeclineMediation, IssueMediationCertificate
from plan.dispute_agreement import ComplyWithMediationAgreement, TellLaOfMediationAgreement
from plan.dispute_appeal import RegisterAppeal
from plan.dispute_direction import ComplyWithTribunalDirection
from plan.dispute_mediation import (
    NotifyHealthMediationIssues,
    ReportMediationUnableToBeArranged,
    RequestMediation,
)
from plan.dispute_order import ComplyWithTribunalOrder, DecideFttReviewOrPermission
from plan.dispute_state import Act
from plan.move import MoveDateCorrected
from plan.reassessment import BeginReassessment, ConcludeReassessment, WithdrawReassessmentRequest
from plan.reassessment_events import ReassessmentDateCorrected
from shared.testing.laws import Example

from shared import DateCorrected, Event

from . import mediation_stories as m
from . import test_commissioning_body as c
from . import test_detention as d
from . import test_direct_payment as p
from . import test_move as v
from . import test_reassessment as r
from . import test_reassessment_advice as a
from . import tribunal_stories as t
from .stories import CASE, MAINTAINED, NO_PLAN


def corrected(event: type[DateCorrected], **ids: UUID) -> DateCorrected:
    """A correction, as the kernel records it."""
    return event(
        occurred_on=date(2027, 5, 3),
        corrects=UUID(int=98),
        was=date(2026, 5, 4),
        now=date(2026, 5, 5),
        reason="the letter bears another date",
        case_id=CASE,
        **ids,
    )  # type: ignore[call-arg]


def id_in(events: list[Event], field: str) -> Any:
    """The id that the last event to have this field carries."""
    return next(getattr(e, field) for e in reversed(events) if hasattr(e, field))


def reassessment_examples() -> list[Example]:
    agreed = r.so_far(r.REQUESTED, r.AGREED)
    return [
        ([], r.REQUESTED, MAINTAINED),
        ([], BeginReassessment(case_id=CASE, recipients=("PARENT",), occurred_on=date(2026, 5, 15)), MAINTAINED),
        (r.so_far(r.REQUESTED), WithdrawReassessmentRequest(reassessment_id=r.R, occurred_on=date(2026, 5, 8))),
        (r.so_far(r.REQUESTED), r.REFUSED),
        (agreed, a.ASKED),
        (r.so_far(*a.AGREED_TO, a.ASKED), a.CAME),
        ([*agreed, corrected(ReassessmentDateCorrected, reassessment_id=r.R)], r.NO_CHANGE),
        (
            agreed,
            ConcludeReassessment(
                reassessment_id=r.R, outcome="AMENDED", decision_id=UUID(int=53), occurred_on=date(2026, 8, 21)
            ),
        ),
    ]


def move_examples() -> list[Example]:
    return [
        ([], v.NOTIFIED, MAINTAINED),
        (v.leaving(), v.CHANGED),
        (v.leaving(), v.CALLED_OFF),
        ([*v.leaving(), corrected(MoveDateCorrected, move_id=v.M)], v.OUT),
        ([], v.IN, NO_PLAN),
        (v.arriving(), v.TOLD),
    ]


def commissioning_body_examples() -> list[Example]:
    aware = c.CHANGED.model_copy(update={"old_aware_on": c.CHANGED.occurred_on})
    return [
        ([], aware, MAINTAINED),
        ([*c.so_far(), corrected(CommissioningBodyDateCorrected, change_id=c.C)], c.TOLD),
        (c.so_far(), c.IMPRACTICABLE),
        (c.so_far(c.IMPRACTICABLE), c.ASKED),
    ]


def detention_examples() -> list[Example]:
    aware = d.STARTED.model_copy(update={"aware_on": d.STARTED.occurred_on})
    return [
        ([], aware, MAINTAINED),
        ([*d.so_far(), corrected(DetentionDateCorrected, detention_id=d.D)], d.SENT),
        (d.so_far(), d.ENDED),
        (d.so_far(d.ENDED), d.REVIEWED),
    ]


def direct_payment_examples() -> list[Example]:
    return [
        ([], p.AGREED, MAINTAINED),
        (p.so_far(p.AGREED), p.PAID),
        (p.so_far(p.AGREED, p.PAID), RequestDirectPaymentReview(payment_id=p.P, occurred_on=date(2027, 1, 11))),
        ([*p.so_far(p.AGREED, p.PAID), corrected(DirectPaymentDateCorrected, payment_id=p.P)], p.REVIEWED),
        ([], p.REFUSED, MAINTAINED),
        (p.so_far(p.AGREED), p.REDUCED),
        (p.so_far(p.AGREED), p.STOPPED),
        (p.so_far(p.AGREED, p.STOPPED), p.ASKED),
        (p.so_far(p.AGREED, p.STOPPED, p.ASKED), p.reconsidered("CHANGED")),
    ]


def mediation_examples() -> list[Example]:
    opened, wanted = m.after(m.dispute, m.opened()), m.after(m.dispute, m.wanted())
    mixed = m.after(m.dispute, m.wanted("MIXED"))
    arranged = m.after(m.dispute, m.wanted(), m.ARRANGED)
    held = m.after(m.dispute, m.wanted(), m.ARRANGED, m.HELD)
    agreed = m.after(m.dispute, m.wanted(), m.ARRANGED, m.HELD, m.THERAPY)
    decline = DeclineMediation(dispute_id=m.D, told_adviser=True, occurred_on=m.on(4, 2))
    declined = m.after(m.dispute, m.opened(), decline)
    return [
        ([], m.opened(), MAINTAINED),
        ([], m.wanted("MIXED"), MAINTAINED),
        (wanted, ContactMediationAdviser(dispute_id=m.D, occurred_on=m.on(4, 18))),
        (opened, decline),
        (declined, IssueMediationCertificate(dispute_id=m.D, kind="DECLINED", occurred_on=m.on(4, 9))),
        (opened, RequestMediation(dispute_id=m.D, health_issues="NONE", occurred_on=m.on(4, 20))),
        (mixed, NotifyHealthMediationIssues(dispute_id=m.D, icb_code="QWE", occurred_on=m.on(4, 23))),
        (wanted, m.ARRANGED),
        (wanted, ReportMediationUnableToBeArranged(dispute_id=m.D, occurred_on=m.on(5, 18))),
        (arranged, m.HELD),
        (held, m.CONCLUDED),
        (held, m.AMEND),
        (
            agreed,
            ComplyWithMediationAgreement(
                dispute_id=m.D, agreement_id=id_in(agreed, "agreement_id"), occurred_on=m.on(6, 16)
            ),
        ),
        (
            [*agreed, corrected(DisputeDateCorrected, dispute_id=m.D)],
            TellLaOfMediationAgreement(
                dispute_id=m.D, agreement_id=id_in(agreed, "agreement_id"), occurred_on=m.on(5, 19)
            ),
        ),
    ]


def tribunal_examples() -> list[Example]:
    appealed, directed = t.appealed(), t.then_also(t.appealed(), t.HEARING)
    ordered = t.then_also(appealed, t.AMEND)
    recommended = t.then_also(ordered, t.HEALTH)
    answer = t.ANSWER.model_copy(update={"held_by_la_on": None})
    notice = t.notice(received_by_la_on=date(2026, 1, 2))
    return [
        (appealed[:-1], RegisterAppeal(dispute_id=t.D, appeal=notice, occurred_on=date(2026, 1, 2))),
        (appealed, t.RESPONDED),
        (appealed, t.CONCEDED),
        (appealed, t.WITHDRAWN),
        (appealed, t.HEARING),
        (
            directed,
            ComplyWithTribunalDirection(
                dispute_id=t.D, direction_id=id_in(directed, "direction_id"), occurred_on=date(2026, 3, 20)
            ),
        ),
        (appealed, t.AMEND),
        (
            ordered,
            ComplyWithTribunalOrder(
                dispute_id=t.D, order_id=t.ORDER, act=Act.AMENDED_PLAN_ISSUED, occurred_on=date(2026, 3, 10)
            ),
        ),
        (ordered, t.SET_ASIDE),
        (
            t.then_also(ordered, t.SET_ASIDE),
            DecideFttReviewOrPermission(
                dispute_id=t.D, application_id=UUID(int=70), outcome="SET_ASIDE", occurred_on=date(2026, 4, 1)
            ),
        ),
        (ordered, t.HEALTH),
        (recommended, answer),
        (t.then_also(recommended, answer), t.COPY),
    ]
