"""The service's HTTP interface: one line a route."""

from __future__ import annotations

from collections.abc import Sequence

from shared.web.routes import AnyRoute, command, correction, history, state

from . import attendance as register
from . import board, exclusion, intervention_commands, off_site, off_site_review, outcome, provider, referral, section19
from .ap_case import ApCaseDateCorrected, ap_case
from .exclusion_events import ExclusionDateCorrected
from .intervention import intervention
from .intervention_events import InterventionDateCorrected
from .off_site_events import OffSiteDirectionDateCorrected
from .provider_events import ProviderDateCorrected
from .referral_events import ApReferralDateCorrected
from .section19_events import Section19DutyDateCorrected

_providers: list[AnyRoute] = [
    command("POST /providers", provider.RegisterApProvider),
    command("POST /providers/{provider_id}/details", provider.ChangeApProviderDetails),
    command("POST /providers/{provider_id}/checks", provider.RecordProviderCheck),
    command("POST /providers/{provider_id}/quality-assurance", provider.QualityAssureProvider),
    command("POST /providers/{provider_id}/suspend", provider.SuspendProvider),
    command("POST /providers/{provider_id}/reinstate", provider.ReinstateProvider),
    state("GET /providers/{provider_id}", provider.provider),
    history("GET /providers/{provider_id}/history", provider.provider),
    correction("POST /providers/{provider_id}/corrections", provider.provider, ProviderDateCorrected),
]

_referrals: list[AnyRoute] = [
    command("POST /ap-referrals", referral.ReferToAp),
    command("POST /ap-referrals/{referral_id}/triage", referral.TriageReferral),
    command("POST /ap-referrals/{referral_id}/panel-decision", referral.RecordPanelDecision),
    command("POST /ap-referrals/{referral_id}/offers", referral.OfferApPlace),
    command("POST /ap-referrals/{referral_id}/accept", referral.AcceptApPlace),
    command("POST /ap-referrals/{referral_id}/decline", referral.DeclineApPlace),
    command("POST /ap-referrals/{referral_id}/lapse", referral.LapseApPlaceOffer),
    command("POST /ap-referrals/{referral_id}/withdraw", referral.WithdrawApReferral),
    state("GET /ap-referrals/{referral_id}", referral.ap_referral),
    history("GET /ap-referrals/{referral_id}/history", referral.ap_referral),
    correction("POST /ap-referrals/{referral_id}/corrections", referral.ap_referral, ApReferralDateCorrected),
]

_interventions: list[AnyRoute] = [
    command("POST /interventions", intervention_commands.AgreeIntervention),
    command("POST /interventions/{intervention_id}/objectives", intervention_commands.AgreeObjectives),
    command("POST /interventions/{intervention_id}/caseworker-notification", intervention_commands.NotifyCaseworker),
    command(
        "POST /interventions/{intervention_id}/limit-exception", intervention_commands.ApproveNonSchoolLimitException
    ),
    command("POST /interventions/{intervention_id}/start", intervention_commands.StartIntervention),
    command("POST /interventions/{intervention_id}/cancel", intervention_commands.CancelIntervention),
    command("POST /interventions/{intervention_id}/baseline", intervention_commands.RecordBaseline),
    command("POST /interventions/{intervention_id}/specialists", intervention_commands.AllocateSpecialist),
    command("POST /interventions/{intervention_id}/reviews", intervention_commands.ReviewIntervention),
    command("POST /interventions/{intervention_id}/extend", intervention_commands.ExtendIntervention),
    command("POST /interventions/{intervention_id}/tier", intervention_commands.ChangeTier),
    command("POST /interventions/{intervention_id}/attendance", register.RecordAttendance),
    command("POST /interventions/{intervention_id}/attendance/amend", register.AmendAttendance),
    command("POST /interventions/{intervention_id}/safeguarding-tasks/close", register.CloseSafeguardingTask),
    command("POST /interventions/{intervention_id}/safeguarding-concerns", register.RaiseSafeguardingConcern),
    command("POST /interventions/{intervention_id}/reintegration-plan", outcome.CreateReintegrationPlan),
    command("POST /interventions/{intervention_id}/reintegration", outcome.StartReintegration),
    command("POST /interventions/{intervention_id}/reintegration/checks", outcome.RecordReintegrationCheck),
    command("POST /interventions/{intervention_id}/conclude", outcome.ConcludeIntervention),
    command("POST /interventions/{intervention_id}/outcome", outcome.ReviseInterventionOutcome),
    command("POST /interventions/{intervention_id}/destination", outcome.RecordDestination),
    state("GET /interventions/{intervention_id}", intervention),
    history("GET /interventions/{intervention_id}/history", intervention),
    correction("POST /interventions/{intervention_id}/corrections", intervention, InterventionDateCorrected),
]

_exclusions: list[AnyRoute] = [
    command("POST /exclusions/suspensions", exclusion.RecordSuspension),
    command("POST /exclusions/permanent-exclusions", exclusion.RecordPermanentExclusion),
    command("POST /exclusions/{exclusion_id}/cancel", exclusion.CancelExclusion),
    command("POST /exclusions/{exclusion_id}/parent-notice", exclusion.NotifyParentOfExclusion),
    command("POST /exclusions/{exclusion_id}/authority-notice", exclusion.NotifyAuthorityOfExclusion),
    command("POST /exclusions/{exclusion_id}/education-notice", exclusion.NotifyEducationArrangements),
    command("POST /exclusions/{exclusion_id}/sixth-day-provision", exclusion.ArrangeSixthDayProvision),
    command("POST /exclusions/{exclusion_id}/governing-board", board.InformGoverningBoard),
    command("POST /exclusions/{exclusion_id}/representations", board.MakeExclusionRepresentations),
    command("POST /exclusions/{exclusion_id}/governing-board/meeting", board.HoldGoverningBoardMeeting),
    command("POST /exclusions/{exclusion_id}/governing-board/decision", board.DecideOnReinstatement),
    command("POST /exclusions/{exclusion_id}/governing-board/reconsideration", board.ReconsiderReinstatement),
    command("POST /exclusions/{exclusion_id}/independent-review", board.RequestIndependentReview),
    command("POST /exclusions/{exclusion_id}/independent-review/hearing", board.HoldIndependentReview),
    command("POST /exclusions/{exclusion_id}/independent-review/decision", board.DecideIndependentReview),
    state("GET /exclusions/{exclusion_id}", exclusion.exclusion),
    history("GET /exclusions/{exclusion_id}/history", exclusion.exclusion),
    correction("POST /exclusions/{exclusion_id}/corrections", exclusion.exclusion, ExclusionDateCorrected),
]

_directions: list[AnyRoute] = [
    command("POST /off-site-directions", off_site.GiveOffSiteDirectionNotice),
    command("POST /off-site-directions/{direction_id}/review-requests", off_site_review.RequestOffSiteReviewMeeting),
    command(
        "POST /off-site-directions/{direction_id}/review-requests/decline", off_site_review.DeclineOffSiteReviewMeeting
    ),
    command("POST /off-site-directions/{direction_id}/review-invitations", off_site_review.InviteToOffSiteReview),
    command("POST /off-site-directions/{direction_id}/review-meetings", off_site_review.HoldOffSiteReviewMeeting),
    command(
        "POST /off-site-directions/{direction_id}/review-meetings/{meeting_id}/outcome-notice",
        off_site_review.NotifyOffSiteReviewOutcome,
    ),
    command("POST /off-site-directions/{direction_id}/end", off_site.EndOffSiteDirection),
    state("GET /off-site-directions/{direction_id}", off_site.off_site_direction),
    history("GET /off-site-directions/{direction_id}/history", off_site.off_site_direction),
    correction(
        "POST /off-site-directions/{direction_id}/corrections",
        off_site.off_site_direction,
        OffSiteDirectionDateCorrected,
    ),
]

_duties: list[AnyRoute] = [
    command("POST /section-19-duties", section19.IdentifySection19Duty),
    command("POST /section-19-duties/{duty_id}/sickness-return", section19.ReceiveSicknessReturn),
    command("POST /section-19-duties/{duty_id}/provision", section19.ArrangeSection19Provision),
    command("POST /section-19-duties/{duty_id}/reviews", section19.ReviewSection19Provision),
    command("POST /section-19-duties/{duty_id}/end", section19.EndSection19Duty),
    state("GET /section-19-duties/{duty_id}", section19.section19_duty),
    history("GET /section-19-duties/{duty_id}/history", section19.section19_duty),
    correction("POST /section-19-duties/{duty_id}/corrections", section19.section19_duty, Section19DutyDateCorrected),
]

_cases: list[AnyRoute] = [
    state("GET /ap-cases/{case_id}", ap_case),
    history("GET /ap-cases/{case_id}/history", ap_case),
    correction("POST /ap-cases/{case_id}/corrections", ap_case, ApCaseDateCorrected),
]

routes: Sequence[AnyRoute] = [
    *_providers,
    *_referrals,
    *_interventions,
    *_exclusions,
    *_directions,
    *_duties,
    *_cases,
]
