"""The table of contents of the service's HTTP interface."""

from __future__ import annotations

from shared.web.routes import AnyRoute, command, correction, history, state

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
]
