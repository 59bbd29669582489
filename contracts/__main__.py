"""``python -m contracts``: write the documents again from the code."""

from __future__ import annotations

from pathlib import Path

from . import asyncapi, catalogue, schemas

ROOT = Path(__file__).parent.parent


def documents() -> dict[Path, bytes]:
    """Every generated file with what it should hold."""
    return {
        ROOT / "docs" / "events.md": catalogue.document().encode(),
        ROOT / "docs" / "asyncapi.json": asyncapi.document(),
        **schemas.current(),
    }


def main() -> None:
    schemas.FOLDER.mkdir(exist_ok=True)
    changed = 0
    for path, content in documents().items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            changed += 1
    print(f"{changed} documents written, the rest were as they should be")


if __name__ == "__main__":
    main()
