"""The `steady` command: what it prints, which exit code, one line for everything that is wrong."""

import io
import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import cli

Steady = Callable[..., tuple[int, str, str]]


@pytest.fixture
def steady(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Steady:
    """Run the command in an empty folder; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "ENCRYPTION_KEYS", "KEYS_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/steady.db")

    def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["steady", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code: object = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return (code if isinstance(code, int) else 0), out, err

    return run


def test_every_line_is_read_in_order_and_says_what_decided(steady: Steady) -> None:
    lines = b"i just had a seizure\nlovely walk today\n"
    code, out, err = steady("check-text", stdin=lines)
    first, second = out.splitlines()
    assert (code, err) == (0, "")
    assert first.startswith("flag")
    assert "emergency" in first
    assert "seizure" in first
    assert second.startswith("clear")


def test_json_goes_in_and_out_and_uses_the_label_names(steady: Steady) -> None:
    line = json.dumps({"text": "i want to die", "labels": ["suicide"]}).encode()
    code, out, _ = steady("check-text", "--json", stdin=line + b"\n\n")
    first, blank = map(json.loads, out.splitlines())
    assert code == 0
    assert (first["outcome"], first["tier"]) == ("flag", "emergency")
    assert "suicide" in first["labels"]
    assert blank["outcome"] == "clear"


def test_the_drug_decides_where_a_sign_depends_on_it(steady: Steady) -> None:
    tiers = []
    for drug in ("diazepam", "baclofen"):
        _, out, _ = steady("check-text", "--json", "--drug", drug, stdin=b"fever 39.5\n")
        tiers.append(json.loads(out)["tier"])
    assert tiers == ["urgent", "emergency"]


def test_a_drug_that_is_none_of_ours_is_one_line_and_2(steady: Steady) -> None:
    code, out, err = steady("check-text", "--drug", "aspirin", stdin=b"hello\n")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("--drug: expected one of ")
    assert "'aspirin'" in err


def test_bytes_that_are_no_text_hide_no_line_after_them(steady: Steady) -> None:
    code, out, _ = steady("check-text", stdin=b"\xff\xfe\x00\ni just had a seizure\n")
    assert code == 0
    assert out.splitlines()[1].startswith("flag")


def test_a_first_upgrade_makes_database_and_key_and_says_so(steady: Steady, tmp_path: Path) -> None:
    code, out, err = steady("db", "upgrade")
    assert (code, out.split()[0]) == (0, "revision")
    assert "Made ENCRYPTION_KEYS in .env" in err
    assert "ENCRYPTION_KEYS=k1:" in (tmp_path / ".env").read_text()
    assert steady("db", "check")[:2] == (0, "nothing wrong\n")


def test_damage_is_found_with_1(steady: Steady, tmp_path: Path) -> None:
    steady("db", "upgrade")
    with sqlite3.connect(tmp_path / "steady.db") as connection:
        connection.execute("ALTER TABLE doses DROP COLUMN local_day")
    code, out, _ = steady("db", "check")
    assert code == 1
    assert "local_day" in out


def test_a_backup_is_proved_and_never_overwrites(
    steady: Steady, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady("db", "upgrade")
    monkeypatch.delenv("ENCRYPTION_KEYS")
    steady("db", "rotate-keys")  # opens the key store, as the first start does
    target = tmp_path / "copy.db"
    code, out, _ = steady("db", "backup", str(target))
    assert code == 0
    assert out.endswith("rows, proved\n")
    code, _, err = steady("db", "backup", str(target))
    assert (code, len(err.splitlines())) == (2, 1)


def test_keys_are_rewrapped_with_the_first_master_key(
    steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady("db", "upgrade")
    monkeypatch.delenv("ENCRYPTION_KEYS")
    assert steady("db", "rotate-keys")[:2] == (0, "0 data keys rewrapped\n")


@pytest.mark.parametrize("command", ["status", "run"])
def test_without_a_database_or_a_token_it_is_one_line_and_2(steady: Steady, command: str) -> None:
    code, out, err = steady(command)
    said = err.replace("Made ENCRYPTION_KEYS in .env. Keep a copy of it elsewhere.\n", "")
    assert (code, out, len(said.splitlines())) == (2, "", 1)


def test_a_role_nobody_has_is_one_line_and_2(steady: Steady) -> None:
    code, _, err = steady("run", "--role", "boss")
    assert (code, err) == (2, "--role: expected one of all, web, worker, not 'boss'\n")


def test_content_that_ships_has_no_findings(steady: Steady) -> None:
    code, out, _ = steady("content", "check")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert "templates" in out
