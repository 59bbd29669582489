"""What a process is told by its environment."""

from __future__ import annotations

import base64
import pickle

import pytest
from pydantic import ValidationError
from shared.edge.settings import load_settings

REQUIRED = {
    "AP_INTERVENTION_DATABASE_URL": "postgresql://ours",
    "REFERRAL_DATABASE_URL": "postgresql://theirs",
    "KEYRING_DATABASE_URL": "postgresql://keys",
    "KEY_ENCRYPTION_KEY": base64.b64encode(bytes(32)).decode(),
    "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
    "OIDC_ISSUER": "https://issuer",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_service_reads_its_own_database_and_no_other(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings("ap-intervention")
    assert (settings.service, settings.database_url) == ("ap-intervention", "postgresql://ours")


def test_settings_can_be_sent_to_another_process(environment: pytest.MonkeyPatch) -> None:
    """A rebuild on several cores does."""
    settings = load_settings("ap-intervention")
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_what_is_missing_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("OIDC_ISSUER")
    with pytest.raises(ValidationError, match="oidc_issuer"):
        load_settings("referral")


@pytest.mark.parametrize(("name", "value"), [("DEMO_CLOCK", "true"), ("FAIL_POINT", "relay.before-send")])
def test_production_refuses_what_belongs_to_a_demo_or_a_test(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    assert load_settings("referral").environment == "development"
    environment.setenv("ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match=name):
        load_settings("referral")
