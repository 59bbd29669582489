"""The table of contents of the service's HTTP interface."""

from __future__ import annotations

from shared.web.routes import AnyRoute, command, correction, history, state

from .absence import RecordFamilyAbsence, RecordSchoolClosure
from .advice import RecordAdviceRequestReached, RequestAdvice
from .advice_instead import RefuseRequestedAdvice, ReuseAdvice
from .advice_replies import ChaseAdvice, GoOnWithoutAdvice, ReceiveAdvice, RecordMissedAppointment
from .assessment import AssessmentDateCorrected, assessment
from .consideration import ConsultFamily, NotifyConsideration
from .decision import DecideNotToAssess, DecideToAssess
from .decision_notices import NotifyDecisionNotToAssess, NotifyDecisionToAssess
from .exception import ClaimException
from .exception_course import EndException, RejectException, TellFamilyOfException
from .need_profile import CompleteAssessment, RecordNeedProfile
from .opening import CloseAssessment
from .outcome import DecideNotToIssuePlan, DecideToIssuePlan
from .outcome_notices import NotifyDecisionNotToIssuePlan, NotifyDecisionToIssuePlan
from .reversal import ReverseRefusal
from .social_care import CloseSocialCareReferral, CompleteSocialCareAssessment, ReferToSocialCare

CASE = "/assessments/{case_id}"

routes: list[AnyRoute] = [
    state(f"GET {CASE}", assessment),
    history(f"GET {CASE}/history", assessment),
    correction(f"POST {CASE}/corrections", assessment, AssessmentDateCorrected),
    # whether to assess
    command(f"POST {CASE}/consideration-notice", NotifyConsideration),
    command(f"POST {CASE}/consultations", ConsultFamily),
    command(f"POST {CASE}/decision-to-assess", DecideToAssess),
    command(f"POST {CASE}/decision-to-assess/notice", NotifyDecisionToAssess),
    command(f"POST {CASE}/decision-not-to-assess", DecideNotToAssess),
    command(f"POST {CASE}/decision-not-to-assess/notice", NotifyDecisionNotToAssess),
    # advice
    command(f"POST {CASE}/advice", RequestAdvice),
    command(f"POST {CASE}/advice/reused", ReuseAdvice),
    command(f"POST {CASE}/advice/refused", RefuseRequestedAdvice),
    command(f"POST {CASE}/advice/{{advice_id}}/reached", RecordAdviceRequestReached),
    command(f"POST {CASE}/advice/{{advice_id}}/chase", ChaseAdvice),
    command(f"POST {CASE}/advice/{{advice_id}}/receipt", ReceiveAdvice),
    command(f"POST {CASE}/advice/{{advice_id}}/missed-appointment", RecordMissedAppointment),
    command(f"POST {CASE}/advice/{{advice_id}}/gone-without", GoOnWithoutAdvice),
    # what social care is asked to look into
    command(f"POST {CASE}/social-care-referrals", ReferToSocialCare),
    command(f"POST {CASE}/social-care-referrals/{{social_care_referral_id}}/assessment", CompleteSocialCareAssessment),
    command(f"POST {CASE}/social-care-referrals/{{social_care_referral_id}}/close", CloseSocialCareReferral),
    # what was found, and whether to issue a plan
    command(f"POST {CASE}/need-profile", RecordNeedProfile),
    command(f"POST {CASE}/completion", CompleteAssessment),
    command(f"POST {CASE}/decision-to-issue", DecideToIssuePlan),
    command(f"POST {CASE}/decision-to-issue/notice", NotifyDecisionToIssuePlan),
    command(f"POST {CASE}/decision-not-to-issue", DecideNotToIssuePlan),
    command(f"POST {CASE}/decision-not-to-issue/notice", NotifyDecisionNotToIssuePlan),
    # when things go otherwise
    command(f"POST {CASE}/reversal", ReverseRefusal),
    command(f"POST {CASE}/closure", CloseAssessment),
    command(f"POST {CASE}/school-closures", RecordSchoolClosure),
    command(f"POST {CASE}/family-absences", RecordFamilyAbsence),
    command(f"POST {CASE}/exceptions", ClaimException),
    command(f"POST {CASE}/exceptions/{{exception_id}}/family-told", TellFamilyOfException),
    command(f"POST {CASE}/exceptions/{{exception_id}}/end", EndException),
    command(f"POST {CASE}/exceptions/{{exception_id}}/reject", RejectException),
]
