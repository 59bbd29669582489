"""What a demo keeps between two starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo.__main__ import app
from demo.home import AlreadyRunning, Home
from typer.testing import CliRunner


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    first = Home(tmp_path).key_encryption_key()
    assert Home(tmp_path).key_encryption_key() == first


def test_an_interrupted_loading_is_noticed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.loaded("801") == "no"
    home.loading_starts("801")
    assert home.loaded("801") == "half"
    home.loading_is_done("801")
    assert (home.loaded("801"), home.loaded("802")) == ("yes", "no")
    home.nothing_is_loaded()
    assert home.loaded("801") == "no"


def test_what_was_loaded_elsewhere_is_not_here(tmp_path: Path) -> None:
    embedded, given = Home(tmp_path), Home(tmp_path)
    given.stores_are_at("postgresql://referral_app@db/referral")
    given.loading_starts("801")
    assert (given.loaded("801"), embedded.loaded("801")) == ("half", "no")


def test_each_authority_keeps_its_example(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for authority in ("801", "802"):
        home.loading_starts(authority)
        (tmp_path / "example-case.json").write_text(f'{{"case_id": "case of {authority}"}}')
        home.loading_is_done(authority)
    assert home.example_case("801") == {"case_id": "case of 801"}
    assert home.example_case("803") is None


def test_two_demos_cannot_run_on_one_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.locked(), pytest.raises(AlreadyRunning, match="already runs"), Home(tmp_path).locked():
        pass
    with home.locked():  # it can be had again
        pass


def test_clean_refuses_while_a_demo_runs_and_forgets_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_HOME", str(tmp_path / "demo"))
    home = Home()
    with home.locked():
        home.key_encryption_key()
        assert CliRunner().invoke(app, ["clean"]).exit_code == 1
        assert home.directory.exists()
    assert CliRunner().invoke(app, ["clean"]).exit_code == 0
    assert not home.directory.exists()


def test_whether_a_demo_runs_is_asked_without_disturbing_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert not home.runs
    home.directory.mkdir()
    (home.directory / "demo.json").write_text("{}")
    assert not home.runs
    with home.locked():
        assert Home(home.directory).runs
    assert not home.runs


def test_an_auditor_without_a_demo_is_told_how_to_start_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_HOME", str(tmp_path))
    found = CliRunner().invoke(app, ["verify"])
    assert found.exit_code == 1
    assert "make demo" in found.output
