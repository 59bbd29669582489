"""Where each command the loader sends is addressed; a test compares it with the services' own tables of contents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Address(NamedTuple):
    """A command's method and path, and where its stream's state can be read."""

    route: str
    state: str


ROUTES: Mapping[str, Address] = {
    "referral.AcknowledgeRequest": Address("POST /requests/{case_id}/acknowledge", "/requests/{case_id}"),
    "referral.AllocateCaseworker": Address("POST /persons/{person_id}/caseworker", "/persons/{person_id}"),
    "referral.BringToAttention": Address("POST /requests/attention", "/requests/{case_id}"),
    "referral.CorrectDate": Address("POST /requests/{case_id}/corrections", "/requests/{case_id}"),
    "referral.IdentifyNeed": Address("POST /sen-support/{case_id}/need", "/sen-support/{case_id}"),
    "referral.OpenApdrCycle": Address("POST /sen-support/{case_id}/cycles", "/sen-support/{case_id}"),
    "referral.RaiseConcern": Address("POST /sen-support/concerns", "/sen-support/{case_id}"),
    "referral.RecordContact": Address("POST /persons/{person_id}/contacts", "/persons/{person_id}"),
    "referral.RecordSpecialistAdvice": Address(
        "POST /sen-support/{case_id}/specialist-advice/{advice_id}/received", "/sen-support/{case_id}"
    ),
    "referral.RegisterPerson": Address("POST /persons", "/persons/{person_id}"),
    "referral.RequestEhcNeedsAssessment": Address("POST /requests", "/requests/{case_id}"),
    "referral.RequestSpecialistAdvice": Address(
        "POST /sen-support/{case_id}/specialist-advice", "/sen-support/{case_id}"
    ),
    "referral.ReviewApdrCycle": Address("POST /sen-support/{case_id}/review", "/sen-support/{case_id}"),
    "referral.StartSenSupport": Address("POST /sen-support", "/sen-support/{case_id}"),
    "referral.StartTargetedSupport": Address("POST /sen-support/{case_id}/targeted-support", "/sen-support/{case_id}"),
    "referral.WithdrawRequest": Address("POST /requests/{case_id}/withdraw", "/requests/{case_id}"),
    "assessment.ChaseAdvice": Address("POST /assessments/{case_id}/advice/{advice_id}/chase", "/assessments/{case_id}"),
    "assessment.ClaimException": Address("POST /assessments/{case_id}/exceptions", "/assessments/{case_id}"),
    "assessment.CompleteAssessment": Address("POST /assessments/{case_id}/completion", "/assessments/{case_id}"),
    "assessment.ConsultFamily": Address("POST /assessments/{case_id}/consultations", "/assessments/{case_id}"),
    "assessment.DecideNotToAssess": Address(
        "POST /assessments/{case_id}/decision-not-to-assess", "/assessments/{case_id}"
    ),
    "assessment.DecideNotToIssuePlan": Address(
        "POST /assessments/{case_id}/decision-not-to-issue", "/assessments/{case_id}"
    ),
    "assessment.DecideToAssess": Address("POST /assessments/{case_id}/decision-to-assess", "/assessments/{case_id}"),
    "assessment.DecideToIssuePlan": Address("POST /assessments/{case_id}/decision-to-issue", "/assessments/{case_id}"),
    "assessment.NotifyConsideration": Address(
        "POST /assessments/{case_id}/consideration-notice", "/assessments/{case_id}"
    ),
    "assessment.NotifyDecisionNotToAssess": Address(
        "POST /assessments/{case_id}/decision-not-to-assess/notice", "/assessments/{case_id}"
    ),
    "assessment.NotifyDecisionNotToIssuePlan": Address(
        "POST /assessments/{case_id}/decision-not-to-issue/notice", "/assessments/{case_id}"
    ),
    "assessment.NotifyDecisionToAssess": Address(
        "POST /assessments/{case_id}/decision-to-assess/notice", "/assessments/{case_id}"
    ),
    "assessment.NotifyDecisionToIssuePlan": Address(
        "POST /assessments/{case_id}/decision-to-issue/notice", "/assessments/{case_id}"
    ),
    "assessment.ReceiveAdvice": Address(
        "POST /assessments/{case_id}/advice/{advice_id}/receipt", "/assessments/{case_id}"
    ),
    "assessment.RecordMissedAppointment": Address(
        "POST /assessments/{case_id}/advice/{advice_id}/missed-appointment", "/assessments/{case_id}"
    ),
    "assessment.RecordNeedProfile": Address("POST /assessments/{case_id}/need-profile", "/assessments/{case_id}"),
    "assessment.RecordSchoolClosure": Address("POST /assessments/{case_id}/school-closures", "/assessments/{case_id}"),
    "plan.AddNeed": Address("POST /plans/{case_id}/needs", "/plans/{case_id}"),
    "plan.AgreeHealthProvision": Address(
        "POST /plans/{case_id}/provision/{provision_id}/health-agreement", "/plans/{case_id}"
    ),
    "plan.ArrangeMediation": Address("POST /disputes/{dispute_id}/mediation/arrangement", "/disputes/{dispute_id}"),
    "plan.AttachAdvice": Address("POST /plans/{case_id}/advice", "/plans/{case_id}"),
    "plan.BeginAmendment": Address("POST /plans/{case_id}/amendment", "/plans/{case_id}"),
    "plan.CeasePlan": Address("POST /plans/{case_id}/cease", "/plans/{case_id}"),
    "plan.CirculateReviewAdvice": Address("POST /plans/{case_id}/reviews/{review_id}/advice", "/plans/{case_id}"),
    "plan.ConcedeAppeal": Address("POST /disputes/{dispute_id}/appeal/concession", "/disputes/{dispute_id}"),
    "plan.ConcludeMediation": Address("POST /disputes/{dispute_id}/mediation/conclusion", "/disputes/{dispute_id}"),
    "plan.ConfirmTransferredPlan": Address("POST /plans/{case_id}/confirm-transferred-plan", "/plans/{case_id}"),
    "plan.ConsiderCeasing": Address("POST /plans/{case_id}/ceasing", "/plans/{case_id}"),
    "plan.DecideReviewOutcome": Address("POST /plans/{case_id}/reviews/{review_id}/decision", "/plans/{case_id}"),
    "plan.DeclineMediation": Address("POST /disputes/{dispute_id}/mediation/declined", "/disputes/{dispute_id}"),
    "plan.HoldCeasingConsultation": Address("POST /plans/{case_id}/ceasing/consultations", "/plans/{case_id}"),
    "plan.HoldDraftPlanMeeting": Address("POST /plans/{case_id}/meeting", "/plans/{case_id}"),
    "plan.HoldMediation": Address("POST /disputes/{dispute_id}/mediation/meetings", "/disputes/{dispute_id}"),
    "plan.HoldReviewMeeting": Address("POST /plans/{case_id}/reviews/{review_id}/meeting", "/plans/{case_id}"),
    "plan.IdentifyPhaseTransfer": Address("POST /plans/{case_id}/phase-transfer", "/plans/{case_id}"),
    "plan.IssueAmendedFinalPlan": Address("POST /plans/{case_id}/amendment/final", "/plans/{case_id}"),
    "plan.IssueAmendmentNotice": Address("POST /plans/{case_id}/amendment/notice", "/plans/{case_id}"),
    "plan.IssueFinalPlan": Address("POST /plans/{case_id}/final", "/plans/{case_id}"),
    "plan.IssueMediationCertificate": Address(
        "POST /disputes/{dispute_id}/mediation/certificate", "/disputes/{dispute_id}"
    ),
    "plan.MakeTribunalOrder": Address("POST /disputes/{dispute_id}/orders", "/disputes/{dispute_id}"),
    "plan.NotifyMove": Address("POST /moves", "/moves/{move_id}"),
    "plan.OpenDispute": Address("POST /disputes", "/disputes/{dispute_id}"),
    "plan.ReachMediationAgreement": Address(
        "POST /disputes/{dispute_id}/mediation/agreements", "/disputes/{dispute_id}"
    ),
    "plan.ReceivePlanTransfer": Address("POST /moves/transfers-in", "/moves/{move_id}"),
    "plan.RecordRepresentation": Address("POST /plans/{case_id}/representations", "/plans/{case_id}"),
    "plan.RecordViews": Address("POST /plans/{case_id}/views", "/plans/{case_id}"),
    "plan.RegisterAppeal": Address("POST /disputes/{dispute_id}/appeal", "/disputes/{dispute_id}"),
    "plan.ReviseNeed": Address("PUT /plans/{case_id}/needs/{need_id}", "/plans/{case_id}"),
    "plan.ReviseProvision": Address("PUT /plans/{case_id}/provision/{provision_id}", "/plans/{case_id}"),
    "plan.ScheduleAnnualReview": Address("POST /plans/{case_id}/reviews", "/plans/{case_id}"),
    "plan.SendReviewInvitations": Address("POST /plans/{case_id}/reviews/{review_id}/invitations", "/plans/{case_id}"),
    "plan.SendTransferNotice": Address("POST /moves/{move_id}/transfer-notice", "/moves/{move_id}"),
    "plan.ServeDraftPlan": Address("POST /plans/{case_id}/draft", "/plans/{case_id}"),
    "plan.SetOutcome": Address("POST /plans/{case_id}/outcomes", "/plans/{case_id}"),
    "plan.SpecifyProvision": Address("POST /plans/{case_id}/provision", "/plans/{case_id}"),
    "plan.SubmitAppealResponse": Address("POST /disputes/{dispute_id}/appeal/response", "/disputes/{dispute_id}"),
    "plan.SubmitReviewReport": Address("POST /plans/{case_id}/reviews/{review_id}/report", "/plans/{case_id}"),
    "plan.TransferPlanOut": Address("POST /moves/{move_id}/transfer-out", "/moves/{move_id}"),
    "placement.ConsultSetting": Address("POST /cases/{case_id}/naming/consultations", "/cases/{case_id}/naming"),
    "placement.DecideNaming": Address("POST /cases/{case_id}/naming/decisions", "/cases/{case_id}/naming"),
    "placement.ExpressPreference": Address("POST /cases/{case_id}/naming/preferences", "/cases/{case_id}/naming"),
    "placement.PublishAuthorityTermDates": Address(
        "POST /term-dates/authority", "/term-dates/authority/{authority_id}"
    ),
    "placement.PublishSettingTermDates": Address(
        "POST /term-dates/settings/{setting_id}", "/term-dates/settings/{setting_id}"
    ),
    "placement.RecordConsultationResponse": Address(
        "POST /cases/{case_id}/naming/consultations/{consultation_id}/response", "/cases/{case_id}/naming"
    ),
    "placement.RegisterSetting": Address("POST /settings", "/settings/{setting_id}"),
    "placement.ReportCapacity": Address("POST /settings/{setting_id}/capacity", "/settings/{setting_id}"),
    "placement.StartPlacement": Address("POST /cases/{case_id}/placements", "/cases/{case_id}/placements"),
    "ap-intervention.AcceptApPlace": Address("POST /ap-referrals/{referral_id}/accept", "/ap-referrals/{referral_id}"),
    "ap-intervention.AgreeObjectives": Address(
        "POST /interventions/{intervention_id}/objectives", "/interventions/{intervention_id}"
    ),
    "ap-intervention.ArrangeSection19Provision": Address(
        "POST /section-19-duties/{duty_id}/provision", "/section-19-duties/{duty_id}"
    ),
    "ap-intervention.ArrangeSixthDayProvision": Address(
        "POST /exclusions/{exclusion_id}/sixth-day-provision", "/exclusions/{exclusion_id}"
    ),
    "ap-intervention.ConcludeIntervention": Address(
        "POST /interventions/{intervention_id}/conclude", "/interventions/{intervention_id}"
    ),
    "ap-intervention.CreateReintegrationPlan": Address(
        "POST /interventions/{intervention_id}/reintegration-plan", "/interventions/{intervention_id}"
    ),
    "ap-intervention.DecideOnReinstatement": Address(
        "POST /exclusions/{exclusion_id}/governing-board/decision", "/exclusions/{exclusion_id}"
    ),
    "ap-intervention.DeclineApPlace": Address(
        "POST /ap-referrals/{referral_id}/decline", "/ap-referrals/{referral_id}"
    ),
    "ap-intervention.EndSection19Duty": Address(
        "POST /section-19-duties/{duty_id}/end", "/section-19-duties/{duty_id}"
    ),
    "ap-intervention.ExtendIntervention": Address(
        "POST /interventions/{intervention_id}/extend", "/interventions/{intervention_id}"
    ),
    "ap-intervention.IdentifySection19Duty": Address("POST /section-19-duties", "/section-19-duties/{duty_id}"),
    "ap-intervention.InformGoverningBoard": Address(
        "POST /exclusions/{exclusion_id}/governing-board", "/exclusions/{exclusion_id}"
    ),
    "ap-intervention.LapseApPlaceOffer": Address(
        "POST /ap-referrals/{referral_id}/lapse", "/ap-referrals/{referral_id}"
    ),
    "ap-intervention.NotifyAuthorityOfExclusion": Address(
        "POST /exclusions/{exclusion_id}/authority-notice", "/exclusions/{exclusion_id}"
    ),
    "ap-intervention.NotifyCaseworker": Address(
        "POST /interventions/{intervention_id}/caseworker-notification", "/interventions/{intervention_id}"
    ),
    "ap-intervention.NotifyEducationArrangements": Address(
        "POST /exclusions/{exclusion_id}/education-notice", "/exclusions/{exclusion_id}"
    ),
    "ap-intervention.NotifyParentOfExclusion": Address(
        "POST /exclusions/{exclusion_id}/parent-notice", "/exclusions/{exclusion_id}"
    ),
    "ap-intervention.OfferApPlace": Address("POST /ap-referrals/{referral_id}/offers", "/ap-referrals/{referral_id}"),
    "ap-intervention.QualityAssureProvider": Address(
        "POST /providers/{provider_id}/quality-assurance", "/providers/{provider_id}"
    ),
    "ap-intervention.RecordAttendance": Address(
        "POST /interventions/{intervention_id}/attendance", "/interventions/{intervention_id}"
    ),
    "ap-intervention.RecordBaseline": Address(
        "POST /interventions/{intervention_id}/baseline", "/interventions/{intervention_id}"
    ),
    "ap-intervention.RecordPanelDecision": Address(
        "POST /ap-referrals/{referral_id}/panel-decision", "/ap-referrals/{referral_id}"
    ),
    "ap-intervention.RecordPermanentExclusion": Address(
        "POST /exclusions/permanent-exclusions", "/exclusions/{exclusion_id}"
    ),
    "ap-intervention.RecordProviderCheck": Address("POST /providers/{provider_id}/checks", "/providers/{provider_id}"),
    "ap-intervention.RecordReintegrationCheck": Address(
        "POST /interventions/{intervention_id}/reintegration/checks", "/interventions/{intervention_id}"
    ),
    "ap-intervention.RecordSuspension": Address("POST /exclusions/suspensions", "/exclusions/{exclusion_id}"),
    "ap-intervention.ReferToAp": Address("POST /ap-referrals", "/ap-referrals/{referral_id}"),
    "ap-intervention.RegisterApProvider": Address("POST /providers", "/providers/{provider_id}"),
    "ap-intervention.ReviewIntervention": Address(
        "POST /interventions/{intervention_id}/reviews", "/interventions/{intervention_id}"
    ),
    "ap-intervention.ReviewSection19Provision": Address(
        "POST /section-19-duties/{duty_id}/reviews", "/section-19-duties/{duty_id}"
    ),
    "ap-intervention.StartIntervention": Address(
        "POST /interventions/{intervention_id}/start", "/interventions/{intervention_id}"
    ),
    "ap-intervention.StartReintegration": Address(
        "POST /interventions/{intervention_id}/reintegration", "/interventions/{intervention_id}"
    ),
    "ap-intervention.TriageReferral": Address("POST /ap-referrals/{referral_id}/triage", "/ap-referrals/{referral_id}"),
}
