"""A stored sample of every version of every alert, which must load for ever."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from projections.app import service

SAMPLES = sorted((Path(__file__).parent / "events").glob("*.json"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_a_stored_event_still_loads(sample: Path) -> None:
    wire_name, version = sample.stem.rsplit(".v", 1)
    data = orjson.loads(sample.read_bytes())
    model = service.codec.types[wire_name]
    for step in range(int(version), model.schema_version):
        data = service.codec.upcasters[wire_name, step](data)
    assert model.model_validate(data).type == wire_name


def test_every_event_has_a_sample_of_its_present_version() -> None:
    kept = {sample.stem for sample in SAMPLES}
    assert {f"{name}.v{event.schema_version}" for name, event in service.codec.types.items()} <= kept
