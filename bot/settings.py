"""Settings from the environment and `.env`; a bad value names the variable and what it needs."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from store.crypto import MasterKeys
from store.engine import is_sqlite

ENV_FILE: Final = Path(".env")


class SettingsError(ValueError):
    """One clear line about a setting."""


class Settings(BaseSettings):
    """Everything an operator can set; each is described in `.env.example`."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True)

    bot_token: str = ""
    bot_username: str = ""
    database_url: str = "sqlite:///steady.db"
    telegram_api_url: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_secret: str = ""
    port: int = Field(8443, ge=1, le=65535)
    encryption_keys: str = ""
    keys_url: str = ""
    operator_chat_ids: Annotated[tuple[int, ...], NoDecode] = ()
    heartbeat_url: str = ""
    messages_per_second: int = Field(30, ge=1, le=1000)
    default_locale: str = "en"
    retention_days: int = Field(30, ge=1, le=3650)
    log_level: str = "INFO"

    @field_validator("operator_chat_ids", mode="before")
    @classmethod
    def _chat_ids(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(int(part) for part in value.replace(" ", "").split(",") if part)
        return value

    @field_validator("database_url", "keys_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql")):
            raise ValueError("expected sqlite:///file.db or postgresql+psycopg://...")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, value: str) -> str:
        if value:
            MasterKeys.parse(value)
        return value

    @field_validator("webhook_url")
    @classmethod
    def _https(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("expected an https:// address")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: str) -> str:
        fits = all(char.isalnum() or char in "_-" for char in value) and value.isascii()
        if value and not (fits and len(value) <= 256):  # noqa: PLR2004 (Telegram's limit)
            raise ValueError("expected 1-256 characters of A-Z a-z 0-9 _ -")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    def key_store_url(self) -> str:
        """Return where data keys live: KEYS_URL, or a file beside the SQLite database."""
        if self.keys_url:
            return self.keys_url
        if is_sqlite(self.database_url):
            return self.database_url.removesuffix(".db") + ".keys.db"
        return "sqlite:///steady.keys.db"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; SettingsError says in one line which variable is wrong and why."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None


def make_keys(file: Path = ENV_FILE) -> str:
    """Write a new encryption key into `.env`, readable by its owner only; return its text."""
    text = MasterKeys.generate("k1")
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    file.touch(mode=0o600)
    file.write_text(f"{before.rstrip()}\nENCRYPTION_KEYS={text}\n".lstrip(), encoding="utf-8")
    file.chmod(0o600)
    return text
