"""The table of contents of the service's HTTP interface."""

from __future__ import annotations

from shared.web.routes import AnyRoute, command, correction, history, state

from plan import (
    amended_plan,
    amendment,
    ceasing,
    clauses,
    delivery,
    draft,
    early_review,
    exception_claims,
    final,
    opening,
    phase_transfer,
    provision,
    review,
)
from plan.plan import PlanDateCorrected, plan

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
    command("POST /plans/{case_id}/exceptions", exception_claims.ClaimException),
    command("POST /plans/{case_id}/exceptions/{exception_id}/end", exception_claims.EndException),
    command("POST /plans/{case_id}/exceptions/{exception_id}/reject", exception_claims.RejectException),
]

_CEASING: list[AnyRoute] = [
    command("POST /plans/{case_id}/ceasing", ceasing.ConsiderCeasing),
    command("POST /plans/{case_id}/ceasing/consultations", ceasing.HoldCeasingConsultation),
    command("POST /plans/{case_id}/ceasing/abandon", ceasing.AbandonCeasing),
    command("POST /plans/{case_id}/ceasing/decision", ceasing.NotifyCeaseDecision),
    command("POST /plans/{case_id}/cease", ceasing.CeasePlan),
    command("POST /plans/{case_id}/end-at-maximum-age", ceasing.EndPlanAtMaximumAge),
    command("POST /plans/{case_id}/end-on-death", ceasing.EndPlanOnDeath),
]

routes: list[AnyRoute] = [
    *_PLAN,
    *_TEXT,
    *_DRAFT_AND_FINAL,
    *_AMENDMENT,
    *_REVIEW,
    *_UPKEEP,
    *_CEASING,
    # re-assessment
    # moves between authorities
    # detention
    # direct payments
    # disputes: mediation, appeal, order
]
