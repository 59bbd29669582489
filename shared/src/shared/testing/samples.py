"""Stored samples of every version of every event, `events/NAME.vN.json` beside the tests: they load for ever."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from shared.core.codec import Codec
from shared.core.messages import Event


def samples_beside(test_file: str) -> list[Path]:
    """The samples of the service whose test file this is, in the order of their names."""
    return sorted((Path(test_file).parent / "events").glob("*.json"))


def loaded(codec: Codec, sample: Path) -> Event:
    """A sample's event, lifted to its present version. Raises KeyError for a missing step, or ValidationError."""
    wire_name, version = sample.stem.rsplit(".v", 1)
    data = orjson.loads(sample.read_bytes())
    model = codec.types[wire_name]
    for step in range(int(version), model.schema_version):
        data = codec.upcasters[wire_name, step](data)
    return model.model_validate(data)


def without_a_sample(codec: Codec, samples: Iterable[Path]) -> set[str]:
    """``NAME.vN`` of the events whose present version no sample shows."""
    return {f"{name}.v{event.schema_version}" for name, event in codec.types.items()} - {s.stem for s in samples}
