"""A stored sample of every version of every event, which must load for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from ap_intervention.app import service
from shared.testing.samples import loaded, samples_beside, without_a_sample

SAMPLES = samples_beside(__file__)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_a_stored_event_still_loads(sample: Path) -> None:
    assert loaded(service.codec, sample).type == sample.stem.rsplit(".v", 1)[0]


def test_every_event_has_a_sample_of_its_present_version() -> None:
    assert without_a_sample(service.codec, SAMPLES) == set()


def test_what_is_said_about_a_child_in_words_is_sealed() -> None:
    """Every string field that is not an id, a code, a reference or an organisation's word is personal."""
    impersonal = {"type", "name", "urn", "ukprn", "provider_name", "caseworker", "approved_by", "maths_level"}
    allowed = impersonal | {"reason", "retracted_type", "parent_view_ref", "child_view_ref"}
    for wire_name, event in service.codec.types.items():
        plain = {n for n, f in event.model_fields.items() if f.annotation in (str, str | None) and not f.metadata}
        assert plain <= allowed, wire_name
        if "reason" in plain:
            coded = wire_name.endswith(("-date-corrected", "-entry-retracted"))
            assert coded or wire_name.split(".")[1].startswith("provider-"), wire_name
