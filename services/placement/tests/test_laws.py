"""The laws of every decider, on examples that accept each command once and show each event."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from placement.api import routes
from placement.consultation import ConsultPreferredSetting, ConsultSetting, RecordConsultationResponse
from placement.decision import DecideNaming, NameAsSettled
from placement.lists import GenerateTailoredList, ShareTailoredList
from placement.naming import naming
from placement.naming_events import (
    Channel,
    ConsultationResponse,
    NamingDateCorrected,
    PreferredBy,
    SearchClosedReason,
    SearchReason,
    TailoredListGenerated,
)
from placement.placement import EndPlacement, EndPlacementsOfCase, ExpectPlacement, PlanGone, StartPlacement, placement
from placement.placement_events import EndReason, PlacementDateCorrected
from placement.preferences import (
    BeginSearchForPlan,
    ClosePlacementSearch,
    ExpressPreference,
    OpenPlacementSearch,
    TakeUpPreference,
    WithdrawPreference,
)
from placement.setting import (
    RegisterSetting,
    ReportCapacity,
    SettingDateCorrected,
    SettingRegistered,
    UpdateSettingProfile,
    setting,
)
from placement.term_dates import (
    AuthorityTermDatesDateCorrected,
    PublishAuthorityTermDates,
    PublishSettingTermDates,
    SettingTermDatesDateCorrected,
    Term,
    authority_id_of,
    authority_term_dates,
    setting_term_dates,
)
from shared.testing.laws import Example, check, check_what_people_send
from shared.testing.spec import given

from shared import Decider

from .examples import (
    CASE,
    CONSULTED_ON,
    HIGHCROFT,
    MEADOW_PARK,
    PERSON,
    PLAN,
    RIVERSIDE,
    UNREGISTERED,
    asked_and_can,
    consultation_of,
    consulted,
    opened,
    preference_of,
    preferred,
    registered,
)
from .test_tailored_list import ALL, YEAR_7

DAY = date(2027, 1, 5)
BODY: dict[str, Any] = {"occurred_on": DAY, "case_id": CASE}
WRONG: dict[str, Any] = {
    "occurred_on": DAY,
    "corrects": UUID(int=1),
    "was": date(2026, 12, 16),
    "now": date(2026, 12, 15),
    "reason": "The letter was found.",
}
PROFILE: dict[str, Any] = {
    "name": "Riverside Academy",
    "setting_category": "MAINSTREAM",
    "urn": "123456",
    "age_from": 11,
    "age_to": 16,
}
TERMS = (Term(first_day=date(2026, 9, 1), last_day=date(2026, 12, 18)),)


def _both(decider: Decider[Any], examples: list[Example], **exceptions: Any) -> None:
    check(decider, examples)
    check_what_people_send(decider, examples, routes, **exceptions)


def _first(decider: Any, command: Any, *reading: Any) -> Any:
    outcome = given(decider).reading(*reading).when(command).outcome
    assert isinstance(outcome, list)
    return outcome[0]


def test_setting() -> None:
    entered: SettingRegistered = _first(setting, RegisterSetting(occurred_on=DAY, **PROFILE))
    id = entered.setting_id
    _both(
        setting,
        [
            ([], RegisterSetting(occurred_on=DAY, **PROFILE)),
            ([entered], UpdateSettingProfile(setting_id=id, occurred_on=DAY, **{**PROFILE, "age_to": 18})),
            (
                [entered, SettingDateCorrected(setting_id=id, **WRONG)],
                ReportCapacity(setting_id=id, occurred_on=DAY, commissioned_places=120, on_roll=118),
            ),
        ],
        lasting={RegisterSetting, UpdateSettingProfile},
    )


def test_term_dates() -> None:
    for_setting = PublishSettingTermDates(setting_id=RIVERSIDE, academic_year="2026/27", terms=TERMS)
    wrong = SettingTermDatesDateCorrected(setting_id=RIVERSIDE, **WRONG)
    _both(setting_term_dates, [([wrong], for_setting, registered(RIVERSIDE))], lasting={PublishSettingTermDates})
    for_authority = PublishAuthorityTermDates(academic_year="2026/27", terms=TERMS)
    other = AuthorityTermDatesDateCorrected(authority_id=authority_id_of("999"), **WRONG)
    _both(authority_term_dates, [([other], for_authority)], lasting={PublishAuthorityTermDates})


def test_naming() -> None:
    generate = GenerateTailoredList(criteria=YEAR_7, candidates=ALL, **BODY)
    generated: TailoredListGenerated = given(naming, opened()).when(generate).then_types(TailoredListGenerated)[0]
    wanted = [opened(), preferred(HIGHCROFT)]
    asked = [*wanted, consulted(HIGHCROFT)]
    answered = [opened(), preferred(MEADOW_PARK), *asked_and_can(MEADOW_PARK)]
    named = {"decision": "NAMED", "setting_id": MEADOW_PARK, **BODY}
    wrong = NamingDateCorrected(case_id=CASE, **WRONG)
    _both(
        naming,
        [
            ([], OpenPlacementSearch(person_id=PERSON, plan_id=PLAN, **BODY)),
            (
                [],
                BeginSearchForPlan(person_id=PERSON, plan_id=PLAN, reason=SearchReason.DRAFT_PLAN_SERVED, **BODY),
            ),
            ([opened()], ClosePlacementSearch(reason=SearchClosedReason.PLAN_CEASED, **BODY)),
            ([opened()], generate),
            ([opened(), generated], ShareTailoredList(list_id=generated.list_id, channel=Channel.POST, **BODY)),
            ([opened()], ExpressPreference(setting_id=HIGHCROFT, **BODY), registered(HIGHCROFT)),
            (
                [opened()],
                TakeUpPreference(setting_id=HIGHCROFT, preferred_by=PreferredBy.YOUNG_PERSON, **BODY),
                registered(HIGHCROFT),
            ),
            (
                [*wanted, preferred(RIVERSIDE, rank=2)],
                WithdrawPreference(preference_id=preference_of(HIGHCROFT), **BODY),
            ),
            ([opened()], ConsultSetting(setting_id=HIGHCROFT, **BODY), registered(HIGHCROFT)),
            (wanted, ConsultPreferredSetting(setting_id=HIGHCROFT, **BODY), registered(HIGHCROFT)),
            (
                [*asked, wrong],
                RecordConsultationResponse(
                    consultation_id=consultation_of(HIGHCROFT), response=ConsultationResponse.CANNOT_MEET, **BODY
                ),
            ),
            (answered, DecideNaming(**named), registered(MEADOW_PARK)),
            (
                [opened()],
                NameAsSettled(basis="MEDIATION_AGREEMENT", settled_by=UUID(int=4), **named),
                registered(MEADOW_PARK),
            ),
            (
                [opened()],
                NameAsSettled(
                    occurred_on=DAY, case_id=CASE, decision="EOTAS", basis="TRIBUNAL_ORDER", settled_by=UUID(int=4)
                ),
                UNREGISTERED,
            ),
        ],
        elsewhere={"plan_id", "settled_by"},
        lasting={ExpressPreference},
        unlike={DecideNaming},
    )


def test_placement() -> None:
    expect = ExpectPlacement(person_id=PERSON, plan_id=PLAN, decision_id=UUID(int=3), setting_id=MEADOW_PARK, **BODY)
    expected = _first(placement, expect)
    start = StartPlacement(occurred_on=CONSULTED_ON, case_id=CASE, setting_id=RIVERSIDE, person_id=PERSON)
    started = _first(placement, start, registered(RIVERSIDE))
    wrong = PlacementDateCorrected(case_id=CASE, **WRONG)
    issued: dict[str, Any] = {"person_id": PERSON, "plan_id": PLAN, "decision_id": UUID(int=3), **BODY}
    confirm = ExpectPlacement(setting_id=RIVERSIDE, **issued)
    _both(
        placement,
        [
            ([], expect),
            ([started], confirm),
            ([expected], ExpectPlacement(setting_id=HIGHCROFT, **issued)),
            ([expected], StartPlacement(setting_id=MEADOW_PARK, **BODY), registered(MEADOW_PARK)),
            (
                [started, wrong],
                StartPlacement(setting_id=MEADOW_PARK, ends_current_because=EndReason.PHASE_TRANSFER,
                               placement_id=UUID(int=900), **BODY),
                registered(MEADOW_PARK),
            ),
            ([started], EndPlacement(placement_id=started.placement_id, reason=EndReason.SETTING_CLOSED, **BODY)),
            ([started, expected], EndPlacementsOfCase(reason=PlanGone.PLAN_CEASED, **BODY)),
        ],
    )  # fmt: skip
