"""The deployments say what the code needs: the same processes, settings and topic job everywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from demo.system import SERVICES
from shared.edge.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
NAMES = [name.replace("_", "-") for name in SERVICES]
KNOWN = {name.upper() for name in Settings.model_fields} | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
DATABASE = re.compile(r"[A-Z_]+_(MIGRATION_)?DATABASE_URL")


def manifests(folder: str) -> list[dict[str, Any]]:
    found = []
    for file in sorted((ROOT / "deploy" / "k8s" / folder).glob("*.yaml")):
        found += [document for document in yaml.safe_load_all(file.read_text()) if document]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_service_runs_its_processes_in_compose(name: str) -> None:
    for part in ("migrate", "api", "worker"):
        process = COMPOSE["services"][f"{name}-{part}"]
        assert process["command"] == [part]
        assert process["build"]["args"]["SERVICE"] == name
        own = {v for v in process["environment"] if DATABASE.fullmatch(v)} - {"KEYRING_DATABASE_URL"}
        prefix = name.replace("-", "_").upper()
        assert own == {f"{prefix}_DATABASE_URL"} | (
            {f"{prefix}_MIGRATION_DATABASE_URL"} if part == "migrate" else set()
        )


@pytest.mark.parametrize("name", NAMES)
def test_every_service_has_an_overlay_of_the_same_base(name: str) -> None:
    overlay = yaml.safe_load((ROOT / "deploy" / "k8s" / "services" / name / "kustomization.yaml").read_text())
    assert overlay["resources"] == ["../../base"]
    assert overlay["namePrefix"] == f"{name}-"
    assert overlay["images"][0]["newName"] == f"send-ap/{name}"


def test_every_setting_that_is_given_exists() -> None:
    ours = {f"{name}-{part}" for name in NAMES for part in ("migrate", "api", "worker")} | {"topics", "keyring-migrate"}
    given = {v for name in ours for v in COMPOSE["services"][name]["environment"]}
    (settings,) = [m for m in manifests("platform") if m["kind"] == "ConfigMap"]
    given |= set(settings["data"])
    assert {v for v in given if not DATABASE.fullmatch(v)} <= KNOWN


def test_production_is_said_and_the_demos_clock_is_nowhere() -> None:
    for name in NAMES:
        environment = COMPOSE["services"][f"{name}-api"]["environment"]
        assert environment["ENVIRONMENT"] == "production"
        assert "DEMO_CLOCK" not in environment


def test_the_topic_job_is_one_and_the_same() -> None:
    (job,) = [m for m in manifests("platform") if m["kind"] == "Job" and m["metadata"]["name"] == "topics"]
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == COMPOSE["services"]["topics"]["command"]
    entrypoint = (ROOT / "deploy" / "docker" / "entrypoint").read_text()
    assert 'python -m shared.edge.topics "${@:-create}"' in entrypoint


def test_every_process_of_the_base_is_a_command_of_the_services() -> None:
    args = [
        container["args"]
        for m in manifests("base")
        if m["kind"] in ("Deployment", "Job")
        for container in m["spec"]["template"]["spec"]["containers"]
    ]
    assert sorted(args) == [["api"], ["migrate"], ["worker"]]


def test_workers_scale_on_the_lag_of_a_group_that_exists() -> None:
    groups = {m["spec"]["triggers"][0]["metadata"]["consumerGroup"] for m in manifests("platform")
              if m["kind"] == "ScaledObject"}  # fmt: skip
    reactions = {f"{name}.reactions" for name in NAMES if name != "projections"}
    assert groups
    assert groups <= reactions | {"projections.projections"}


def test_every_secret_the_compose_file_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^(\w+)=", (ROOT / "deploy" / "docker" / "example.env").read_text(), re.MULTILINE))
    assert asked <= example
