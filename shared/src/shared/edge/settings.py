"""Settings, all from the environment. A name that is missing is named in the error.

A service called ``ap-intervention`` reads ``AP_INTERVENTION_DATABASE_URL``; everything else has one
name for all services.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    service: str
    environment: Literal["test", "demo", "development", "production"] = "development"

    database_url: str
    """PostgreSQL as the application's own role, which can only append and read."""
    migration_database_url: str | None = None
    """PostgreSQL as the owner; only ``migrate`` uses it."""
    keyring_database_url: str
    key_encryption_key: SecretStr
    """Base64 of 32 bytes: wraps the persons' data keys (AES-256-GCM)."""

    seal_signing_key: SecretStr | None = None
    """Base64 of 32 bytes: the worker signs the heads of the log's lanes with it (Ed25519). None: no seals."""
    seal_every_seconds: float = 300.0

    kafka_bootstrap_servers: str
    kafka_idempotent_producer: bool = True
    kafka_replication_factor: int = 1
    kafka_min_insync_replicas: int = 1

    oidc_issuer: str
    oidc_audience: str = "send-ap"

    http_host: str = "127.0.0.1"
    http_port: int = 8000
    database_pool_size: int = 8

    demo_clock: bool = False
    """Lets a caller say what time it is, for loading history. Production refuses to start with it."""

    lag_limit_seconds: float = 30.0
    """Older data than this and a deadline's status is unknown."""

    log_level: str = "INFO"
    otel_traces_exporter: Literal["none", "console", "otlp"] = "none"

    fail_point: str = ""
    """Where a test makes the process die (``shared.flow.faults``). Production refuses to start with it."""

    @model_validator(mode="after")
    def _nothing_of_a_test_in_production(self) -> Self:
        if self.environment == "production" and self.demo_clock:
            raise ValueError("DEMO_CLOCK lets callers choose the time; production refuses it")
        if self.environment == "production" and self.fail_point:
            raise ValueError("FAIL_POINT kills the process where a test wants it; production refuses it")
        return self


def load_settings(service: str) -> Settings:
    """The settings of one service. Raises pydantic.ValidationError naming what is missing."""
    name, prefix = service, service.replace("-", "_").upper()

    class ServiceSettings(Settings):
        service: str = name
        database_url: str = Field(validation_alias=AliasChoices(f"{prefix}_DATABASE_URL", "database_url"))
        migration_database_url: str | None = Field(
            default=None, validation_alias=AliasChoices(f"{prefix}_MIGRATION_DATABASE_URL", "migration_database_url")
        )

    # Of the class above: settings go to the processes of a rebuild, and a class made here has no name there.
    return Settings(**ServiceSettings().model_dump())
