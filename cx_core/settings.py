"""Environment to one typed object: the only place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from cx_core.errors import BadInput
from cx_core.records import Record

ROOT = Path(__file__).resolve().parent.parent


class Settings(Record):
    """Where things lie and how Rung runs. Each field is read from CX_<NAME IN CAPITALS>, but for the model's access."""

    data_dir: Path = Field(default=ROOT / "data", description="databases, index, keys")
    knowledge: Path = Field(default=ROOT / "knowledge", description="the business, as data")
    database_url: str = Field(default="", description="empty: SQLite under data_dir")
    back_office: str = Field(
        default="",
        description='"package.module:function", which connects to one\'s own systems; "connectors": those connected '
        "on the Systems page; empty: Fernline",
    )
    fernline_url: str = Field(default="", description="the sandbox's own database; empty: SQLite under data_dir")
    keys_url: str = Field(default="", description="customers' keys, apart from the log; empty: SQLite under data_dir")
    demo: bool = Field(default=False, description="demonstration accounts, Fernline's sandbox and its feed")
    feed_seconds: float = Field(default=120.0, description="pause between two messages of the live feed; 0: no feed")
    gather_seconds: float = Field(default=3.0, description="how long new words are gathered before they are read")
    undo_seconds: float = Field(default=5.0, ge=0, le=60, description="how long an approval can be withdrawn")
    seal_hours: float = Field(
        default=24.0, gt=0, le=24 * 31, description="how long an approval may wait to be carried out"
    )
    planted_errors: bool = Field(
        default=True, description="some proposals are shown with an error on purpose, as company.yaml says"
    )
    attachment_mb: int = Field(default=10, ge=1, le=100, description="how large one attachment may be")
    uploads_unprotected: bool = Field(
        default=False, description="read documents even where their reader cannot be cut off from the network"
    )
    upload_mb: int = Field(default=25, ge=1, le=200, description="how large one document of the knowledge may be")
    public_url: str = Field(default="http://127.0.0.1:8501", description="where customers reach pages meant for them")
    workers: int = Field(default=2, ge=1, description="tickets prepared at once")
    encoder: str = Field(default="", description="folder or name of another sentence-transformers model")
    chroma_url: str = Field(default="", description="a Chroma server, as http://chroma:8000; empty: under data_dir")
    session_hours: float = Field(default=12.0, gt=0)
    log_lines: Literal["plain", "json"] = Field(default="plain", description="how log lines are written")
    openai_api_key: SecretStr = Field(default=SecretStr(""), description="read from OPENAI_API_KEY")
    openai_base_url: str = Field(default="", description="read from OPENAI_BASE_URL; empty: the vendor's own")
    model: str = Field(default="", description="name of a language model that drafts; empty: the built-in drafts")
    model_timeout: float = Field(
        default=30.0, gt=0, le=600, description="seconds one answer may take, retries included"
    )
    model_ticket_tokens: int = Field(default=60_000, ge=0, description="what a ticket may use")
    model_day_tokens: int = Field(default=5_000_000, ge=0, description="what all tickets of a day may use")
    smtp_url: SecretStr = Field(default=SecretStr(""), description="where mail to colleagues is handed in; empty: none")
    mail_from: str = Field(default="", description="the address such mail comes from")
    mail_ca_file: Path | None = Field(
        default=None, description="certificates of one's own authority, which mail servers may have; PEM"
    )
    mail_mb: int = Field(default=40, ge=1, le=200, description="how large one mail may be; larger ones are set apart")
    mail_automatic_hour: int = Field(
        default=4, ge=1, description="how many mails that no person sent go to one address within an hour, at most"
    )
    webhook_hosts: str = Field(default="", description="hosts of one's own network that webhooks may reach, by commas")
    connector_hosts: str = Field(
        default="", description="hosts of one's own network that connected systems may be on, by commas"
    )
    secure_cookies: bool = Field(default=False, description="set when served over HTTPS")

    @field_validator("data_dir", "knowledge")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @model_validator(mode="after")
    def _demonstrates_on_the_sandbox(self) -> Settings:
        if self.demo and self.back_office:
            raise ValueError("is the demonstration's own business: with CX_BACK_OFFICE it cannot run")
        return self

    @property
    def customers_reach(self) -> str:
        """The public address; empty where it is this machine's own and customers are real, who would reach nothing."""
        host = urlsplit(self.public_url).hostname or ""
        own = host == "localhost"
        with suppress(ValueError):
            address = ip_address(host)
            own = address.is_loopback or address.is_unspecified
        return self.public_url if self.demo or not own else ""

    @property
    def has_model(self) -> bool:
        """A model is asked only where somebody named one and gave a way to it."""
        return bool(self.model and (self.openai_api_key.get_secret_value() or self.openai_base_url))

    def url(self, name: str) -> str:
        """SQLAlchemy URL of the database called rung, fernline or keys."""
        given = {"rung": self.database_url, "fernline": self.fernline_url, "keys": self.keys_url}[name]
        folder = self.data_dir / "keys" if name == "keys" else self.data_dir
        return given or f"sqlite:///{folder / f'{name}.db'}"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read CX_* and OPENAI_* variables. Raises BadInput naming the variable that cannot be used."""
    environment = os.environ if environment is None else environment
    given = {name: environment[variable(name)] for name in Settings.model_fields if variable(name) in environment}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "demo"
        raise BadInput(f"{variable(name)}: {first['msg']}. Correct or unset it.") from error


def variable(field: str) -> str:
    """The access to a model has the names that every program of its kind reads."""
    return field.upper() if field.startswith("openai_") else f"CX_{field.upper()}"


def hosts(listed: str) -> list[str]:
    """Return the names of a setting that lists hosts, by commas."""
    return [host.strip().lower() for host in listed.split(",") if host.strip()]
