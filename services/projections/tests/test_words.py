"""The table of words: every event of a case can be told, and no sentence asks for a field its event does not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import orjson
import pytest
from projections.events import TOPICS
from projections.register.stages import STAGES
from projections.register.view import Stage
from projections.timeline.words import bookkeeping, by_name, fields_of, in_words, sentence, table

SCHEMAS = Path(__file__).parents[3] / "contracts" / "schemas"
PUBLISHED: dict[str, dict[str, Any]] = {
    path.name.rsplit(".v", 1)[0]: orjson.loads(path.read_bytes()) for path in sorted(SCHEMAS.glob("*.json"))
}
SERVICES = [topic.removeprefix("send.").removesuffix(".v1") for topic in TOPICS]
TOLD = {f"{service}.{name}": words for service in SERVICES for name, words in table()[service].items()}


@pytest.mark.parametrize("type", sorted(TOLD))
def test_a_sentence_is_about_an_event_that_is_published_and_fields_it_has(type: str) -> None:
    assert type in PUBLISHED, "nobody publishes this"
    assert fields_of(TOLD[type]) <= set(PUBLISHED[type]["properties"])


def test_every_event_of_a_case_has_a_sentence() -> None:
    of_cases = {type for type, schema in PUBLISHED.items() if "case_id" in schema["properties"]}
    silent = {type for type in of_cases - TOLD.keys() if not type.endswith(("date-corrected", "entry-retracted"))}
    # Alerts are not in the timeline: it tells what happened, and a limit coming close is not a thing that happened.
    assert {type for type in silent if not type.startswith("deadlines.")} == set()


def test_what_is_called_bookkeeping_is_published() -> None:
    assert set(bookkeeping()) <= PUBLISHED.keys()


def test_every_sentence_can_be_read() -> None:
    for type in TOLD:
        assert sentence(type, {}), type


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-03-02", "2 March 2026"),
        ("ASD", "autism"),
        ("PHASE_TRANSFER", "phase transfer"),
        ("LA_CARE", "LA care"),
        ("BACK_IN_SCHOOL", "back in school"),
        (True, "yes"),
        (["ASD", "SEMH", "PD"], "autism, social, emotional and mental health and physical disability"),
        ([{"code": "ASD", "rank": "PRIMARY"}], "autism"),
        ("Northmoor School", "Northmoor School"),
        (2.5, "2.5"),
    ],
)
def test_values_in_words(value: Any, words: str) -> None:
    assert in_words(value) == words


def test_what_is_left_out_where_a_field_is_missing() -> None:
    data = {"version": 1, "setting_name": None}
    assert sentence("plan.final-plan-issued", data) == "The final EHC plan (version 1) was issued"
    assert sentence("plan.final-plan-issued", {}) == "Final plan issued"
    assert by_name("assessment.ehc-plan-noted") == "EHC plan noted"


@pytest.mark.parametrize(
    ("type", "words"), [("SOCIAL_CARE", "Social care advice"), ("MEDICAL", "Medical advice"), ("OTHER", "Other advice")]
)
def test_advice_is_named_by_whose_it_is(type: str, words: str) -> None:
    """A code may mean something else in another field: social care is also who brought a child to attention."""
    asked = {"advice_type": type, "from_org": "the council"}
    assert sentence("assessment.advice-requested", asked) == f"{words} was requested from the council"
    assert sentence("assessment.advice-received", asked) == f"{words} was received"
    assert in_words("SOCIAL_CARE") == "social care"


def test_a_mark_of_the_register_is_told_in_words() -> None:
    recorded = {"session": "AM", "code": "B"}
    assert sentence("ap-intervention.attendance-recorded", recorded) == (
        "Attendance was recorded: morning, educated off site"
    )
    assert sentence("ap-intervention.attendance-amended", {"session": "PM", "was": "N", "code": "I"}) == (
        "Attendance was amended: afternoon, from “no reason known yet” to “ill”"
    )


def test_numbers_and_rules_are_told_in_words_too() -> None:
    assert sentence("plan.plan-ceased", {"reason": 3}) == "The plan ceased: higher education"
    claimed = {"limit_id": "issue-final-plan", "ground": "AWAY_4W"}
    assert sentence("assessment.exception-claimed", claimed) == (
        "An exception was claimed for “Issue the final plan to the family, the setting and the health body”: "
        "away from the area for four weeks or more"
    )


def test_stages_have_words_and_stand_in_the_document() -> None:
    assert set(get_args(Stage)) == set(STAGES)
