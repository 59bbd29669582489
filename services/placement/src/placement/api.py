"""The table of contents of the service's HTTP interface."""

from __future__ import annotations

from shared.web.routes import AnyRoute, command, correction, history, state

from placement.consultation import ConsultSetting, RecordConsultationResponse
from placement.decision import DecideNaming, NameAsSettled
from placement.lists import GenerateTailoredList, ShareTailoredList
from placement.naming import naming
from placement.naming_events import NamingDateCorrected
from placement.placement import EndPlacement, StartPlacement, placement
from placement.placement_events import PlacementDateCorrected
from placement.preferences import (
    ExpressPreference,
    OpenPlacementSearch,
    WithdrawPreference,
)
from placement.setting import RegisterSetting, ReportCapacity, SettingDateCorrected, UpdateSettingProfile, setting
from placement.term_dates import (
    AuthorityTermDatesDateCorrected,
    PublishAuthorityTermDates,
    PublishSettingTermDates,
    SettingTermDatesDateCorrected,
    authority_term_dates,
    setting_term_dates,
)

routes: list[AnyRoute] = [
    # the directory
    command("POST /settings", RegisterSetting),
    state("GET /settings/{setting_id}", setting),
    history("GET /settings/{setting_id}/history", setting),
    command("POST /settings/{setting_id}/profile", UpdateSettingProfile),
    command("POST /settings/{setting_id}/capacity", ReportCapacity),
    correction("POST /settings/{setting_id}/corrections", setting, SettingDateCorrected),
    # term dates
    command("POST /term-dates/settings/{setting_id}", PublishSettingTermDates),
    state("GET /term-dates/settings/{setting_id}", setting_term_dates),
    history("GET /term-dates/settings/{setting_id}/history", setting_term_dates),
    correction("POST /term-dates/settings/{setting_id}/corrections", setting_term_dates, SettingTermDatesDateCorrected),
    command("POST /term-dates/authority", PublishAuthorityTermDates),
    state("GET /term-dates/authority/{authority_id}", authority_term_dates),
    history("GET /term-dates/authority/{authority_id}/history", authority_term_dates),
    correction(
        "POST /term-dates/authority/{authority_id}/corrections", authority_term_dates, AuthorityTermDatesDateCorrected
    ),
    # from the draft plan to section I
    command("POST /cases/{case_id}/naming/search", OpenPlacementSearch),
    state("GET /cases/{case_id}/naming", naming),
    history("GET /cases/{case_id}/naming/history", naming),
    command("POST /cases/{case_id}/naming/lists", GenerateTailoredList),
    command("POST /cases/{case_id}/naming/lists/{list_id}/share", ShareTailoredList),
    command("POST /cases/{case_id}/naming/preferences", ExpressPreference),
    command("POST /cases/{case_id}/naming/preferences/{preference_id}/withdraw", WithdrawPreference),
    command("POST /cases/{case_id}/naming/consultations", ConsultSetting),
    command("POST /cases/{case_id}/naming/consultations/{consultation_id}/response", RecordConsultationResponse),
    command("POST /cases/{case_id}/naming/decisions", DecideNaming),
    command("POST /cases/{case_id}/naming/decisions/as-settled", NameAsSettled),
    correction("POST /cases/{case_id}/naming/corrections", naming, NamingDateCorrected),
    # who attends where
    command("POST /cases/{case_id}/placements", StartPlacement),
    state("GET /cases/{case_id}/placements", placement),
    history("GET /cases/{case_id}/placements/history", placement),
    command("POST /cases/{case_id}/placements/{placement_id}/end", EndPlacement),
    correction("POST /cases/{case_id}/placements/corrections", placement, PlacementDateCorrected),
]
