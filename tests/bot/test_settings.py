"""A bad setting is told in one line that names it; secrets never show."""

import stat
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings, make_keys
from store.crypto import MasterKeys


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "x"),
        ("port", "99999"),
        ("messages_per_second", "0"),
        ("operator_chat_ids", "12,abc"),
        ("database_url", "mysql://x"),
        ("encryption_keys", "k1:short"),
        ("webhook_url", "ftp://x"),
        ("webhook_secret", "with space"),
        ("log_level", "LOUD"),
    ],
)
def test_a_bad_value_names_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name.upper(), value)
    with pytest.raises(SettingsError, match=name.upper()) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_operators_are_read_from_a_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPERATOR_CHAT_IDS", "12, 34")
    assert load_settings().operator_chat_ids == (12, 34)


def test_the_key_store_stands_beside_the_database() -> None:
    settings = Settings(database_url="sqlite:///var/steady.db")
    assert settings.key_store_url() == "sqlite:///var/steady.keys.db"


def test_a_new_key_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LOG_LEVEL=INFO\n")
    text = make_keys(file)
    assert MasterKeys.parse(text).keys[0].id == "k1"
    assert "LOG_LEVEL=INFO" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
