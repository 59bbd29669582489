"""The table of contents of the service's HTTP interface."""

from __future__ import annotations

from shared.web.routes import AnyRoute, command, correction, history, state

from plan import (
    amended_plan,
    amendment,
    attendance,
    ceasing,
    clauses,
    commissioning_body,
    delivery,
    detention,
    direct_payment,
    direct_payment_decisions,
    dispute,
    dispute_adviser,
    dispute_agreement,
    dispute_appeal,
    dispute_direction,
    dispute_mediation,
    dispute_order,
    dispute_recommendation,
    draft,
    early_review,
    ending,
    exception_claims,
    final,
    move,
    opening,
    phase_transfer,
    provision,
    reassessment,
    reassessment_advice,
    review,
)
from plan.plan import PlanDateCorrected, plan
from plan.reassessment_events import ReassessmentDateCorrected

_PLAN: list[AnyRoute] = [
    command("POST /plans", opening.OpenPlan),
    state("GET /plans/{case_id}", plan),
    history("GET /plans/{case_id}/history", plan),
    correction("POST /plans/{case_id}/corrections", plan, PlanDateCorrected),
    command("POST /plans/{case_id}/year-group", opening.RecordYearGroup),
    command("POST /plans/{case_id}/confirm-transferred-plan", opening.ConfirmTransferredPlan),
]

_TEXT: list[AnyRoute] = [
    command("POST /plans/{case_id}/views", clauses.RecordViews),
    command("PUT /plans/{case_id}/views/{views_id}", clauses.ReviseViews),
    command("POST /plans/{case_id}/needs", clauses.AddNeed),
    command("PUT /plans/{case_id}/needs/{need_id}", clauses.ReviseNeed),
    command("POST /plans/{case_id}/outcomes", clauses.SetOutcome),
    command("PUT /plans/{case_id}/outcomes/{outcome_id}", clauses.ReviseOutcome),
    command("POST /plans/{case_id}/provision", provision.SpecifyProvision),
    command("PUT /plans/{case_id}/provision/{provision_id}", provision.ReviseProvision),
    command("POST /plans/{case_id}/provision/{provision_id}/health-agreement", provision.AgreeHealthProvision),
    command("POST /plans/{case_id}/provision/{provision_id}/social-care-agreement", provision.AgreeSocialCareProvision),
    command("POST /plans/{case_id}/advice", clauses.AttachAdvice),
    command("POST /plans/{case_id}/clauses/{clause_id}/withdraw", clauses.WithdrawClause),
    command("POST /plans/{case_id}/personal-budget/request", provision.RequestPersonalBudget),
    command("POST /plans/{case_id}/personal-budget", provision.SetPersonalBudget),
]

_DRAFT_AND_FINAL: list[AnyRoute] = [
    command("POST /plans/{case_id}/draft", draft.ServeDraftPlan),
    command("POST /plans/{case_id}/representations", draft.RecordRepresentation),
    command("POST /plans/{case_id}/meeting", draft.HoldDraftPlanMeeting),
    command("POST /plans/{case_id}/blank-section-i", draft.BlankSectionI),
    command("POST /plans/{case_id}/final", final.IssueFinalPlan),
]

_AMENDMENT: list[AnyRoute] = [
    command("POST /plans/{case_id}/amendment", amendment.BeginAmendment),
    command("POST /plans/{case_id}/amendment/abandon", amendment.AbandonAmendment),
    command("POST /plans/{case_id}/amendment/notice", amended_plan.IssueAmendmentNotice),
    command("POST /plans/{case_id}/amendment/final", amended_plan.IssueAmendedFinalPlan),
    command("POST /plans/{case_id}/amendment/not-to-amend", amended_plan.NotifyDecisionNotToAmend),
]

_REVIEW: list[AnyRoute] = [
    command("POST /plans/{case_id}/reviews", review.ScheduleAnnualReview),
    command("POST /plans/{case_id}/reviews/{review_id}/reschedule", review.RescheduleReview),
    command("POST /plans/{case_id}/reviews/{review_id}/invitations", review.SendReviewInvitations),
    command("POST /plans/{case_id}/reviews/{review_id}/advice", review.CirculateReviewAdvice),
    command("POST /plans/{case_id}/reviews/{review_id}/meeting", review.HoldReviewMeeting),
    command("POST /plans/{case_id}/reviews/{review_id}/report", review.SubmitReviewReport),
    command("POST /plans/{case_id}/reviews/{review_id}/decision", review.DecideReviewOutcome),
    command("POST /plans/{case_id}/early-reviews", early_review.RequestEarlyReview),
    command("POST /plans/{case_id}/early-reviews/{review_request_id}/agree", early_review.AgreeEarlyReview),
    command("POST /plans/{case_id}/early-reviews/{review_request_id}/decline", early_review.DeclineEarlyReview),
]

_UPKEEP: list[AnyRoute] = [
    command("POST /plans/{case_id}/phase-transfer", phase_transfer.IdentifyPhaseTransfer),
    command("POST /plans/{case_id}/end-age", phase_transfer.RecordPlanEndAge),
    command("POST /plans/{case_id}/provision/{provision_id}/start", delivery.StartProvision),
    command("POST /plans/{case_id}/provision/{provision_id}/failure", delivery.ReportProvisionFailure),
    command("POST /plans/{case_id}/provision/{provision_id}/restore", delivery.RestoreProvision),
    command("POST /plans/{case_id}/delivery-checks/{intervention_id}", delivery.RecordDeliveryCheck),
    command("POST /plans/{case_id}/setting-impractical", attendance.FindNamedSettingImpractical),
    command("POST /plans/{case_id}/stopped-attending", attendance.RecordStoppedAttending),
    command("POST /plans/{case_id}/not-in-education", attendance.FindNotInEducation),
    command("POST /plans/{case_id}/education-resumed", attendance.ResumeEducation),
    command("POST /plans/{case_id}/exceptions", exception_claims.ClaimException),
    command("POST /plans/{case_id}/exceptions/{exception_id}/end", exception_claims.EndException),
    command("POST /plans/{case_id}/exceptions/{exception_id}/reject", exception_claims.RejectException),
]

_CEASING: list[AnyRoute] = [
    command("POST /plans/{case_id}/ceasing", ceasing.ConsiderCeasing),
    command("POST /plans/{case_id}/ceasing/consultations", ceasing.HoldCeasingConsultation),
    command("POST /plans/{case_id}/ceasing/abandon", ceasing.AbandonCeasing),
    command("POST /plans/{case_id}/ceasing/decision-made", ceasing.DecideToCease),
    command("POST /plans/{case_id}/ceasing/decision", ceasing.NotifyCeaseDecision),
    command("POST /plans/{case_id}/cease", ending.CeasePlan),
    command("POST /plans/{case_id}/end-at-maximum-age", ending.EndPlanAtMaximumAge),
    command("POST /plans/{case_id}/end-on-death", ending.EndPlanOnDeath),
]

_REASSESSMENT: list[AnyRoute] = [
    command("POST /reassessments", reassessment.RequestReassessment),
    command("POST /reassessments/own-initiative", reassessment.BeginReassessment),
    state("GET /reassessments/{reassessment_id}", reassessment.reassessment),
    history("GET /reassessments/{reassessment_id}/history", reassessment.reassessment),
    correction(
        "POST /reassessments/{reassessment_id}/corrections", reassessment.reassessment, ReassessmentDateCorrected
    ),
    command("POST /reassessments/{reassessment_id}/withdrawal", reassessment.WithdrawReassessmentRequest),
    command("POST /reassessments/{reassessment_id}/decision", reassessment.NotifyReassessmentDecision),
    command("POST /reassessments/{reassessment_id}/advice", reassessment_advice.RequestReassessmentAdvice),
    command(
        "POST /reassessments/{reassessment_id}/advice/{advice_id}/receipt",
        reassessment_advice.ReceiveReassessmentAdvice,
    ),
    command("POST /reassessments/{reassessment_id}/outcome", reassessment.NotifyReassessmentOutcome),
]

_MOVES: list[AnyRoute] = [
    command("POST /moves", move.NotifyMove),
    command("POST /moves/transfers-in", move.ReceivePlanTransfer),
    state("GET /moves/{move_id}", move.move),
    history("GET /moves/{move_id}/history", move.move),
    correction("POST /moves/{move_id}/corrections", move.move, move.MoveDateCorrected),
    command("POST /moves/{move_id}/change", move.ChangeMove),
    command("POST /moves/{move_id}/call-off", move.CallOffMove),
    command("POST /moves/{move_id}/transfer-out", move.TransferPlanOut),
    command("POST /moves/{move_id}/transfer-notice", move.SendTransferNotice),
    command("POST /commissioning-changes", commissioning_body.ChangeCommissioningBody),
    state("GET /commissioning-changes/{change_id}", commissioning_body.commissioning_body),
    history("GET /commissioning-changes/{change_id}/history", commissioning_body.commissioning_body),
    correction(
        "POST /commissioning-changes/{change_id}/corrections",
        commissioning_body.commissioning_body,
        commissioning_body.CommissioningBodyDateCorrected,
    ),
    command("POST /commissioning-changes/{change_id}/new-icb-told", commissioning_body.TellNewIcb),
    command(
        "POST /commissioning-changes/{change_id}/impracticable", commissioning_body.ReportHealthProvisionImpracticable
    ),
    command("POST /commissioning-changes/{change_id}/request", commissioning_body.RequestAssessmentOrReview),
]

_DETENTION: list[AnyRoute] = [
    command("POST /detentions", detention.StartDetention),
    state("GET /detentions/{detention_id}", detention.detention),
    history("GET /detentions/{detention_id}/history", detention.detention),
    correction("POST /detentions/{detention_id}/corrections", detention.detention, detention.DetentionDateCorrected),
    command("POST /detentions/{detention_id}/plan-sent", detention.SendPlanToDetention),
    command("POST /detentions/{detention_id}/end", detention.EndDetention),
    command("POST /detentions/{detention_id}/release-review", detention.HoldReleaseReview),
]

_DIRECT_PAYMENTS: list[AnyRoute] = [
    command("POST /direct-payments", direct_payment.AgreeDirectPayment),
    command("POST /direct-payments/refused", direct_payment_decisions.RefuseDirectPayment),
    state("GET /direct-payments/{payment_id}", direct_payment.direct_payment),
    history("GET /direct-payments/{payment_id}/history", direct_payment.direct_payment),
    correction(
        "POST /direct-payments/{payment_id}/corrections",
        direct_payment.direct_payment,
        direct_payment.DirectPaymentDateCorrected,
    ),
    command("POST /direct-payments/{payment_id}/payments", direct_payment.MakeDirectPayment),
    command("POST /direct-payments/{payment_id}/review-request", direct_payment.RequestDirectPaymentReview),
    command("POST /direct-payments/{payment_id}/reviews", direct_payment.ReviewDirectPayment),
    command("POST /direct-payments/{payment_id}/reduction", direct_payment_decisions.ReduceDirectPayment),
    command("POST /direct-payments/{payment_id}/stop", direct_payment_decisions.StopDirectPayment),
    command(
        "POST /direct-payments/{payment_id}/decisions/{decision_id}/reconsideration-request",
        direct_payment_decisions.RequestDirectPaymentReconsideration,
    ),
    command(
        "POST /direct-payments/{payment_id}/decisions/{decision_id}/reconsideration",
        direct_payment_decisions.ReconsiderDirectPayment,
    ),
]

_DISPUTES: list[AnyRoute] = [
    command("POST /disputes", dispute.OpenDispute),
    state("GET /disputes/{dispute_id}", dispute.dispute),
    history("GET /disputes/{dispute_id}/history", dispute.dispute),
    correction("POST /disputes/{dispute_id}/corrections", dispute.dispute, dispute.DisputeDateCorrected),
    command("POST /disputes/{dispute_id}/mediation/adviser-contact", dispute_adviser.ContactMediationAdviser),
    command("POST /disputes/{dispute_id}/mediation/declined", dispute_adviser.DeclineMediation),
    command("POST /disputes/{dispute_id}/mediation/request", dispute_mediation.RequestMediation),
    command("POST /disputes/{dispute_id}/mediation/health-issues", dispute_mediation.NotifyHealthMediationIssues),
    command("POST /disputes/{dispute_id}/mediation/arrangement", dispute_mediation.ArrangeMediation),
    command(
        "POST /disputes/{dispute_id}/mediation/unable-to-arrange", dispute_mediation.ReportMediationUnableToBeArranged
    ),
    command("POST /disputes/{dispute_id}/mediation/meetings", dispute_mediation.HoldMediation),
    command("POST /disputes/{dispute_id}/mediation/conclusion", dispute_mediation.ConcludeMediation),
    command("POST /disputes/{dispute_id}/mediation/certificate", dispute_adviser.IssueMediationCertificate),
    command("POST /disputes/{dispute_id}/mediation/agreements", dispute_agreement.ReachMediationAgreement),
    command(
        "POST /disputes/{dispute_id}/mediation/agreements/{agreement_id}/complied",
        dispute_agreement.ComplyWithMediationAgreement,
    ),
    command(
        "POST /disputes/{dispute_id}/mediation/agreements/{agreement_id}/told-to-la",
        dispute_agreement.TellLaOfMediationAgreement,
    ),
]

_TRIBUNAL: list[AnyRoute] = [
    command("POST /disputes/{dispute_id}/appeal", dispute_appeal.RegisterAppeal),
    command("POST /disputes/{dispute_id}/appeal/response", dispute_appeal.SubmitAppealResponse),
    command("POST /disputes/{dispute_id}/appeal/concession", dispute_appeal.ConcedeAppeal),
    command("POST /disputes/{dispute_id}/appeal/withdrawal", dispute_appeal.WithdrawAppeal),
    command("POST /disputes/{dispute_id}/directions", dispute_direction.GiveTribunalDirection),
    command(
        "POST /disputes/{dispute_id}/directions/{direction_id}/complied", dispute_direction.ComplyWithTribunalDirection
    ),
    command("POST /disputes/{dispute_id}/orders", dispute_order.MakeTribunalOrder),
    command("POST /disputes/{dispute_id}/orders/{order_id}/acts", dispute_order.ComplyWithTribunalOrder),
    command("POST /disputes/{dispute_id}/applications", dispute_order.ApplyForFttReviewOrPermission),
    command(
        "POST /disputes/{dispute_id}/applications/{application_id}/decision", dispute_order.DecideFttReviewOrPermission
    ),
    command("POST /disputes/{dispute_id}/recommendations", dispute_recommendation.MakeTribunalRecommendation),
    command(
        "POST /disputes/{dispute_id}/recommendations/{recommendation_id}/response",
        dispute_recommendation.SendRecommendationResponse,
    ),
    command(
        "POST /disputes/{dispute_id}/recommendations/{recommendation_id}/copy-to-secretary-of-state",
        dispute_recommendation.CopyRecommendationResponseToSecretaryOfState,
    ),
]

routes: list[AnyRoute] = [
    *_PLAN,
    *_TEXT,
    *_DRAFT_AND_FINAL,
    *_AMENDMENT,
    *_REVIEW,
    *_UPKEEP,
    *_CEASING,
    *_REASSESSMENT,
    *_MOVES,
    *_DETENTION,
    *_DIRECT_PAYMENTS,
    *_DISPUTES,
    *_TRIBUNAL,
]
