"""What is written into a diary: in order, repeatable, and by nobody real."""

from __future__ import annotations

import re
from datetime import date, timedelta
from random import Random

import pytest
from demo.load import people, terms
from demo.load.authority import Authority, generate
from demo.load.calibration import calibrate
from demo.load.diary import Diary, TheFuture
from demo.load.routes import ROUTES
from demo.load.step import Seen, Who, fill
from pydantic import BaseModel, ValidationError
from referral.identifiers import valid_nhs_number, valid_upn
from shared.core.dates import london_date
from shared.core.ids import derived_id
from shared.web.http import body_model
from shared.web.routes import CommandRoute, StateRoute

from contracts import services

UNTIL = date(2026, 11, 20)
ANA = Who("send_caseworker", "ana")
COMMANDS = {
    f"{service.name}.{route.command.__name__}": route
    for service in services()
    for route in service.routes
    if isinstance(route, CommandRoute)
}


@pytest.fixture(scope="module")
def whole() -> Authority:
    return generate(calibrate("801"), until=UNTIL, cases=200)


def _diary(until: date = UNTIL) -> Diary:
    return Diary("case Kestrel-0001", la_code="801", until=until, rng=Random(1))


# --- a diary ---


def test_steps_follow_one_another_even_on_one_day() -> None:
    diary = _diary()
    for _ in range(50):
        diary.do(date(2026, 3, 2), ANA, "referral.RegisterPerson")
    moments = [step.at for step in diary.steps]
    assert moments == sorted(set(moments))
    assert len({step.key for step in diary.steps}) == 50


def test_a_step_can_be_recorded_days_after_it_happened() -> None:
    done = _diary().do(date(2026, 3, 2), ANA, "referral.RegisterPerson", recorded=date(2026, 3, 9))
    assert (done.step.occurred_on, london_date(done.step.at)) == (date(2026, 3, 2), date(2026, 3, 9))


def test_the_story_ends_with_the_last_day_told() -> None:
    diary = _diary(until=date(2026, 3, 2))
    diary.do(date(2026, 3, 2), ANA, "referral.RegisterPerson")
    with pytest.raises(TheFuture):
        diary.do(date(2026, 3, 3), ANA, "referral.RegisterPerson")
    with pytest.raises(TheFuture):
        diary.do(date(2026, 3, 2), ANA, "referral.RegisterPerson", recorded=date(2026, 3, 3))


def test_an_id_is_the_one_the_edge_will_derive() -> None:
    done = _diary().do(date(2026, 3, 2), ANA, "referral.RegisterPerson")
    command_id = derived_id("command", "801", "ana", "RegisterPerson", done.step.key)
    assert done.id("person_id") == str(derived_id("person_id", command_id))
    assert done.event_id("person-1") == str(derived_id("event", command_id, "person-1", 0))


def test_what_happens_meanwhile_is_told_in_its_place() -> None:
    diary = _diary()
    diary.do(date(2026, 3, 2), ANA, "referral.RegisterPerson")
    aside = diary.aside()
    diary.do(date(2026, 5, 4), ANA, "referral.RecordContact", ids={"person_id": "x"})
    aside.do(date(2026, 4, 2), ANA, "referral.AllocateCaseworker", ids={"person_id": "x"})
    diary.join(aside)
    assert [s.command for s in diary.steps] == ["RegisterPerson", "AllocateCaseworker", "RecordContact"]
    assert len({s.key for s in diary.steps}) == 3


def test_what_is_seen_later_is_filled_in() -> None:
    found = {"advice": "a-1", "need": "n-1"}
    assert fill("/advice/{advice}/receipt", found) == "/advice/a-1/receipt"
    assert fill({"needs": ["{need}"], "n": 3, "words": "{advice} of {need}"}, found) == {
        "needs": ["n-1"],
        "n": 3,
        "words": "a-1 of n-1",
    }


def test_an_event_is_found_by_its_type_and_fields() -> None:
    history = [
        {"type": "a.b", "event_id": "1", "data": {"kind": "X", "id": "x"}},
        {"type": "a.b", "event_id": "2", "data": {"kind": "Y", "id": "y"}},
    ]
    assert Seen("a", "/h", "a.b", "id", {"kind": "Y"}).find(history) == "y"
    assert Seen("a", "/h", "a.b").find(history) == "1"
    assert Seen("a", "/h", "a.c").find(history) is None


# --- the whole authority ---


def test_the_same_authority_is_the_same_to_the_letter(whole: Authority) -> None:
    assert generate(calibrate("801"), until=UNTIL, cases=200) == whole


def test_every_address_is_what_its_service_says() -> None:
    states = {
        (service.name, decision.command.__name__): route.path
        for service in services()
        for route in service.routes
        if isinstance(route, StateRoute)
        for decision in route.decider.decisions
    }
    for name, address in ROUTES.items():
        service, command = name.split(".")
        if command == "CorrectDate":  # the one command all streams share
            continue
        route = COMMANDS[name]
        assert address == (f"{route.method} {route.path}", states[service, command])


def test_every_body_is_one_its_command_accepts(whole: Authority) -> None:
    """Against the models the HTTP edge validates with, ids that are only seen later stood in for."""
    models: dict[str, type[BaseModel]] = {}
    for steps in (*whole.entries, *whole.cases):
        for step in steps:
            name = f"{step.service}.{step.command}"
            if (route := COMMANDS.get(name)) is None:
                assert step.command == "CorrectDate"
                continue
            model = models.setdefault(name, body_model(route.command, route.path_fields))
            body = fill(step.body, dict.fromkeys(step.seen, str(derived_id("stand-in"))))
            try:
                model.model_validate(body)
            except ValidationError as exc:
                pytest.fail(f"{step.case} {name}: {exc}")


def test_recording_follows_occurrence_by_days_at_most(whole: Authority) -> None:
    lateness = [(london_date(step.at) - step.occurred_on).days for steps in whole.cases for step in steps]
    assert min(lateness) == 0
    assert max(lateness) <= 14
    assert sum(days >= 3 for days in lateness) > 20, "late recording exists"


def test_history_shows_everything_a_demo_should(whole: Authority) -> None:
    said = {step.command for steps in whole.cases for step in steps}
    assert said >= {
        "AllocateCaseworker", "WithdrawRequest", "DecideNotToAssess", "DecideNotToIssuePlan", "ChaseAdvice",
        "ClaimException", "RecordMissedAppointment", "IssueFinalPlan", "IssueAmendedFinalPlan",
        "DecideReviewOutcome", "CeasePlan", "IdentifyPhaseTransfer", "ReceivePlanTransfer", "TransferPlanOut",
        "OfferApPlace", "DeclineApPlace", "LapseApPlaceOffer", "ConcludeIntervention", "RecordReintegrationCheck",
        "RecordSuspension", "RecordPermanentExclusion", "ArrangeSixthDayProvision", "IdentifySection19Duty",
        "CorrectDate", "BringToAttention", "ReviewApdrCycle", "OpenDispute",
    }  # fmt: skip


def test_the_case_to_look_at_goes_all_the_way(whole: Authority) -> None:
    case = next(c for c in whole.cases if c[0].case.endswith("-0001"))
    said = [step.command for step in case]
    assert {"StartSenSupport", "IssueFinalPlan", "IssueAmendedFinalPlan", "RecordReintegrationCheck"} <= set(said)
    assert whole.example["description"].startswith("Test-Child ")


# --- nobody real ---


def test_nobody_could_be_taken_for_a_child(whole: Authority) -> None:
    names = [
        step.body["name"] for c in whole.cases for step in c if step.command in ("RegisterPerson", "RecordContact")
    ]
    assert names
    assert all(re.fullmatch(r"Test-(Child|Parent) [A-Z][a-z]+-\d{4}", name) for name in names)


@pytest.mark.parametrize("number", range(0, 300, 7))
def test_numbers_are_valid_and_lie_where_no_real_ones_are(number: int) -> None:
    born = date(2010 + number % 12, 1 + number % 12, 1)
    child = people.child(number, la_code="801", born=born, rng=Random(number))
    assert valid_nhs_number(child.nhs_number)
    assert child.nhs_number.startswith("999")
    assert valid_upn(child.upn)
    assert child.upn[4:8] == "0000"


def test_settings_have_urns_of_no_real_school(whole: Authority) -> None:
    urns = [s.body["urn"] for s in whole.entries[0] if s.command == "RegisterSetting"]
    assert len(set(urns)) == len(urns) > 15
    assert all(urn.startswith("9") for urn in urns)


@pytest.mark.parametrize(
    ("born", "on", "year"),
    [("2015-09-01", "2026-09-10", 6), ("2015-08-31", "2026-09-10", 7), ("2022-01-01", "2026-09-01", 0)],
)
def test_year_groups(born: str, on: str, year: int) -> None:
    child = people.child(1, la_code="801", born=date.fromisoformat(born), rng=Random(1))
    assert child.year_group_on(date.fromisoformat(on)) == year


# --- terms ---


def test_terms_are_three_apart_and_end_before_holidays() -> None:
    for year in range(2022, 2029):
        (a, b), (c, d), (e, f) = terms.SchoolYear(year).terms
        assert a < b < c < d < e < f
        assert all(day.weekday() < 5 for day in (a, b, c, d, e, f))
        assert timedelta(days=13) <= e - d <= timedelta(days=24)


def test_school_days_leave_out_half_term_inset_and_bank_holidays() -> None:
    assert not terms.is_school_day(date(2026, 10, 28))
    assert not terms.is_school_day(date(2026, 9, 1))
    assert not terms.is_school_day(date(2026, 5, 4))
    assert terms.nth_school_day(date(2026, 10, 6), 6) == date(2026, 10, 13)


def test_the_sixth_school_day_is_counted_over_half_term() -> None:
    """ST TV-49: permanently excluded on Monday 19 October 2026, education from Monday 2 November."""
    assert terms.nth_school_day(date(2026, 10, 19), 6) == date(2026, 11, 2)
