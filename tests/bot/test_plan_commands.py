"""`steady plan`: what is printed, what is made, which exit code."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from actions import plan_codes
from actions.tx import Tx
from bot.app import make_runtime
from bot.cli import app
from bot.cli_base import settings_or_exit
from bot.plan_files import links_in_photo
from bot.settings import SettingsError, load_settings
from care.plandoc import PlanDocument
from store import migrate
from store.models import PlanCode

CLEAN = """
steady_plan: 1
prescriber: Dr Okafor
if_unresolved: stay
medicines:
  - medicine: diazepam
    products: [{form: tablet, mg: 2, pieces: 2}, {form: tablet, mg: 5, pieces: 2}]
    now: [{at: 08:00, mg: 10}, {at: 22:00, mg: 10}]
    steps:
      - {from: 2030-12-01, doses: [{at: 08:00, mg: 9}, {at: 22:00, mg: 10}]}
      - {from: 2031-01-05, every: 2, doses: [{at: 08:00, mg: 9, how: as entered}]}
      - {from: 2031-03-01, stop: true}
    as_needed: {mg: 2, most_in_24h: 2, least_hours_apart: 6}
"""
GENTLE = """
steady_plan: 1
medicines:
  - medicine: diazepam
    now: [{at: 08:00, mg: 10}, {at: 22:00, mg: 10}]
    steps:
      - {from: 2030-12-01, doses: [{at: 08:00, mg: 9}, {at: 22:00, mg: 10}]}
"""
FIVES = "5 mg tablets"
NIGHT = f" 22:00 10 mg (two {FIVES}); 19 mg a day"
ABRUPT = GENTLE.replace("doses: [{at: 08:00, mg: 9}, {at: 22:00, mg: 10}]", "stop: true")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("clean", CLEAN), ("gentle", GENTLE), ("abrupt", ABRUPT)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder / 'steady.db'}")
    monkeypatch.setenv("BOT_USERNAME", "steady_bot")
    migrate.upgrade(settings_or_exit().database_url)


def steady(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["plan", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_a_plan_without_findings_exits_0(folder: Path) -> None:
    code, out, _ = steady("check", "gentle.yaml")
    assert (code, out) == (0, "medicines: 1, steps: 1, findings: 0 block, 0 warn, 0 note\n")


def test_findings_exit_1_with_number_threshold_and_source(folder: Path) -> None:
    code, out, _ = steady("check", "abrupt.yaml", "--weeks", "52")
    assert code == 1
    assert out.startswith("P01 BLOCK diazepam 2030-12-01: ")
    assert "(limit: " in out
    assert "[ASAM" in out


def test_json_is_all_there_is_on_stdout(folder: Path) -> None:
    code, out, _ = steady("check", "abrupt.yaml", "--json")
    first = json.loads(out)[0]
    assert code == 1
    assert (first["check"], first["level"], first["day"]) == ("P01", "block", "2030-12-01")
    assert json.loads(steady("check", "gentle.yaml", "--json")[1]) == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            GENTLE.replace("mg: 9", "mg: 9 mcg"),
            "line 7, column 52 (medicine 1, step 1, dose 1, mg)",
        ),
        (GENTLE.replace("08:00", "24:00"), 'found "24:00", expected 00:00 for midnight'),
        ("", "found an empty file"),
    ],
)
@pytest.mark.parametrize("command", [["check"], ["show"], ["code", "--by", "X", "--out", "c.png"]])
def test_a_file_that_cannot_be_read_exits_2_with_one_line(
    folder: Path, command: list[str], content: str, line: str
) -> None:
    (folder / "bad.yaml").write_text(content, encoding="utf-8")
    code, out, err = steady(command[0], "bad.yaml", *command[1:])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("bad.yaml: ")
    assert line in err


def test_a_file_that_is_not_there_exits_2(folder: Path) -> None:
    assert steady("check", "no.yaml") == (2, "", "no.yaml: No such file or directory\n")
    assert steady("check", ".") == (2, "", ".: Is a directory\n")


def test_a_plan_is_shown_line_by_line(folder: Path) -> None:
    code, out, _ = steady("show", "clean.yaml")
    assert code == 0
    assert out.splitlines() == [
        "Prescriber: Dr Okafor",
        "If a cut falls due while an alert is open: stay on the dose before",
        f"now         diazepam: 08:00 10 mg (two {FIVES}), 22:00 10 mg (two {FIVES}); 20 mg a day",
        f"2030-12-01  diazepam: 08:00 9 mg (one 5 mg tablet and two 2 mg tablets),{NIGHT}",
        "2031-01-05  diazepam every 2 days: 08:00 9 mg (as entered)",
        "2031-03-01  diazepam: stop",
        "when needed diazepam: 2 mg, at most 2 in 24 hours, 6 hours apart",
    ]


def test_a_plan_is_drawn_when_asked(folder: Path) -> None:
    assert steady("show", "clean.yaml", "--chart", "plan.png")[0] == 0
    assert (folder / "plan.png").read_bytes().startswith(b"\x89PNG")
    code, _, err = steady("show", "clean.yaml", "--chart", "no/plan.png")
    assert (code, err) == (2, "no/plan.png: No such file or directory\n")


def made(*more: object) -> tuple[int, str, str]:
    return steady("code", "gentle.yaml", "--by", "Dr Okafor", "--out", "code.png", *more)


def test_a_code_is_a_picture_and_its_link(folder: Path, database: None) -> None:
    code, out, _ = made()
    assert code == 0
    link = out.strip()
    assert link.startswith("https://t.me/steady_bot?start=plan_")
    assert links_in_photo((folder / "code.png").read_bytes()) == [link]


def test_a_code_carries_the_plan_to_the_bot(folder: Path, database: None) -> None:
    token = plan_codes.token_in(made("--bot", "@other_bot")[1])
    assert token is not None
    house = make_runtime(load_settings())

    def kept(tx: Tx) -> PlanDocument:
        row = tx.session.scalars(select(PlanCode)).one()
        assert row.token_hash == tx.vault.token_hash(f"plan_{token}")
        return plan_codes.document_of(tx, row)

    document = house.call(kept)
    house.close()
    assert document.prescriber == "Dr Okafor"
    assert [step.starts.isoformat() for step in document.plan.steps] == ["2030-12-01"]


def codes() -> int:
    house = make_runtime(load_settings())
    found = house.call(lambda tx: len(tx.session.scalars(select(PlanCode)).all()))
    house.close()
    return found


def test_a_blocked_plan_needs_a_reason(folder: Path, database: None) -> None:
    arguments = ("code", "abrupt.yaml", "--by", "Dr Okafor", "--out", "code.png")
    code, out, err = steady(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith("P01 BLOCK")
    assert err.endswith("Blocked: no code was made. If it is right, say why with --reason.\n")
    assert not (folder / "code.png").exists()
    assert codes() == 0
    assert steady(*arguments, "--reason", "ward, monitored")[0] == 0
    assert codes() == 1


def test_a_code_needs_a_name_a_bot_and_a_free_file(
    folder: Path, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steady("code", "gentle.yaml", "--by", " ", "--out", "a.png")[0] == 2
    assert made("--bot", "a b")[2].endswith("--bot: expected the bot's @name, not 'a b'\n")
    assert made("--days", "0")[0] == 2
    (folder / "code.png").write_bytes(b"")
    assert made()[2].endswith("code.png: is there already; choose another name\n")
    monkeypatch.setenv("BOT_USERNAME", "")
    assert made()[2].endswith("BOT_USERNAME: is empty; set it, or name the bot with --bot\n")
    assert codes() == 0


def test_a_code_made_elsewhere_leaves_nothing_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ENCRYPTION_KEYS", raising=False)
    before = sorted(folder.iterdir())
    code, out, err = made("--bot", "steady_bot")
    assert (code, out) == (2, "")
    assert "ENCRYPTION_KEYS: is empty; go to the folder the bot runs in" in err
    assert sorted(folder.iterdir()) == before


def test_another_key_than_the_bot_s_is_said_in_one_line(
    folder: Path, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made()
    (folder / "code.png").unlink()
    monkeypatch.setenv("ENCRYPTION_KEYS", f"other:{b64encode(bytes(32)).decode()}")
    arguments = ["plan", "code", "gentle.yaml", "--by", "Dr Okafor", "--out", "code.png"]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, SettingsError)
    assert "is not in ENCRYPTION_KEYS" in str(result.exception)
    assert not (folder / "code.png").exists()
