"""A stored sample of every version of every event, which must load for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from assessment.app import service
from shared.testing.samples import loaded, samples_beside, without_a_sample

SAMPLES = samples_beside(__file__)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_a_stored_event_still_loads(sample: Path) -> None:
    assert loaded(service.codec, sample).type == sample.stem.rsplit(".v", 1)[0]


def test_every_event_has_a_sample_of_its_present_version() -> None:
    assert without_a_sample(service.codec, SAMPLES) == set()
