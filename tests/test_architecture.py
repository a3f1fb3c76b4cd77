"""What imports cannot show. Each rule is held against the code and against a breach of it."""

import ast
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import telegram
import yaml

ROOT = Path(__file__).parents[1]
PACKAGES = ("care", "store", "actions", "bot", "scheduler", "reports", "sandbox", "simulation")
TEMPLATES = ROOT / "bot" / "content" / "templates"
MOST_LINES, MOST_FUNCTION_LINES = 350, 60

WALL_CLOCK = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "clock_gettime"},
    "func": {"now", "current_timestamp", "localtimestamp"},  # the database's clock is one too
}
CHANGES_SOMETHING = {
    name
    for kind in (telegram.Bot, telegram.Message, telegram.CallbackQuery)
    for name in dir(kind)
    if re.match(r"(send|edit|answer|delete|set|leave|forward|copy|pin|unpin|reply|ban)_", name)
}
# sandbox and simulation play people and Telegram itself; they are at the other end of the line.
THIS_END = ("care", "store", "actions", "bot", "scheduler", "reports")
BY_NAME = {"retrieve", "do_api_request"}  # the library's ways to call any method
CALLS_BY_NAME = {Path("scheduler/sender.py"), Path("bot/receiver.py")}
# Read in one piece by a person who has never seen this machine.
PRIVATE = re.compile(
    r"(?<![\w.~/:-])/(?:work|home|root|Users|mnt|opt|tmp)/"
    r"|(?:index|find)-(?:url|links)\b|(?i:pip_)(?i:index|find)"
    r"|//(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d"
    r"|\b[\w-]+\.(?:internal|corp|lan)\b"
)
# What is said in danger may never fall back to another language.
MUST_BE_TRANSLATED = ("safety", "asks", "alerts")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def shipped() -> Iterator[Path]:
    """Every file of the project: what git does not ignore."""
    patterns = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [".git", *(pattern.rstrip("/") for pattern in patterns)]
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, i) for i in ignored)]
        for name in files:
            if not any(fnmatch(name, i) for i in ignored):
                yield Path(folder) / name


def calls(code: str) -> Iterator[tuple[str, str]]:
    """The calls `owner.name()` of a piece of code, and `name()` as owner ""."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            yield last, node.func.attr


def clock_readings(code: str) -> list[str]:
    found = [f"{owner}.{name}" for owner, name in calls(code) if name in WALL_CLOCK.get(owner, ())]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [f"time.{one.name}" for one in node.names if one.name in WALL_CLOCK["time"]]
    return found + re.findall(r"CURRENT_(?:TIMESTAMP|DATE|TIME)\b", code)


def voices(code: str) -> list[str]:
    return [f"{owner}.{name}" for owner, name in calls(code) if name in CHANGES_SOMETHING]


def too_long(code: str) -> list[str]:
    lines = len(code.splitlines())
    found = [f"{lines} lines"] if lines > MOST_LINES else []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            found += [f"{node.name}: {length} lines"] if length > MOST_FUNCTION_LINES else []
    return found


def private_places(text: str) -> list[str]:
    return [found[0] for found in PRIVATE.finditer(text)]


def locale_findings(folder: Path) -> list[str]:
    """What a language lacks of English, or has beyond it."""
    english, labels = _locale(folder / "en")
    found = []
    for other in sorted(path for path in folder.iterdir() if path.is_dir() and path.name != "en"):
        texts, words = _locale(other)
        urgent = {name for name in english if name.split("/")[0] in MUST_BE_TRANSLATED}
        found += [f"{other.name}: {name} is missing" for name in sorted(urgent - texts)]
        found += [f"{other.name}: {name} is no text" for name in sorted(texts - english)]
        found += [f"{other.name}: {name} is no label" for name in sorted(words - labels)]
    return found


def _locale(folder: Path) -> tuple[set[str], set[str]]:
    texts = {path.relative_to(folder).as_posix() for path in folder.rglob("*.j2")}
    path = folder / "buttons.yaml"
    words = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return texts, set(words)


def test_the_wall_clock_is_read_in_one_line() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): readings
        for path in sources(*PACKAGES)
        if (readings := clock_readings(path.read_text(encoding="utf-8")))
    }
    assert found == {"actions/runtime.py": ["datetime.now"]}


@pytest.mark.parametrize(
    "breach",
    [
        "import datetime\nx = datetime.datetime.now(tz)",
        "from datetime import date\nx = date.today()",
        "import time\nx = time.time()",
        "from time import time\nx = time()",
        "x = datetime.utcnow()",
        "column = Column(server_default=func.now())",
        "session.execute('SELECT CURRENT_TIMESTAMP')",
    ],
)
def test_another_reading_of_the_wall_clock_would_be_found(breach: str) -> None:
    assert clock_readings(breach)


def test_measuring_how_long_something_takes_is_no_reading_of_the_wall_clock() -> None:
    assert not clock_readings("a = time.monotonic()\nb = rt.now()\nc = moment.time()")


def test_only_the_sender_speaks_to_telegram() -> None:
    found = {
        path.relative_to(ROOT)
        for path in sources(*THIS_END)
        if voices(path.read_text(encoding="utf-8"))
    }
    assert found == {Path("scheduler/sender.py")}


def test_only_receiver_and_sender_call_telegram_by_name() -> None:
    found = {
        path.relative_to(ROOT)
        for path in sources(*THIS_END)
        if any(name in BY_NAME for _, name in calls(path.read_text(encoding="utf-8")))
    }
    assert found == CALLS_BY_NAME


@pytest.mark.parametrize(
    "breach",
    [
        "await context.bot.send_message(1, 'x')",
        "await update.message.reply_text('x')",
        "await query.edit_message_text('x')",
        "await self._bot.answer_callback_query('1')",
        "await application.bot.set_my_commands([])",
    ],
)
def test_another_voice_would_be_found(breach: str) -> None:
    assert voices(breach)


def test_no_file_and_no_function_is_too_long_to_read() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): long
        for path in sources(*PACKAGES, "benchmarks")
        if (long := too_long(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_what_is_too_long_would_be_found() -> None:
    assert too_long("x = 1\n" * (MOST_LINES + 1)) == ["351 lines"]
    assert too_long("def f():\n" + "    x = 1\n" * MOST_FUNCTION_LINES) == ["f: 61 lines"]
    assert not too_long("def f():\n" + "    x = 1\n" * (MOST_FUNCTION_LINES - 1))


def test_no_file_names_a_place_of_one_machine() -> None:
    found = {}
    for path in shipped():
        text = path.read_bytes()
        if b"\0" not in text and (places := private_places(text.decode("utf-8"))):
            found[path.relative_to(ROOT).as_posix()] = places
    assert found == {}


@pytest.mark.parametrize(
    "breach",
    [
        f"see /{'home'}/somebody/notes",
        f"pip install --index{'-url'} x",
        f"http:/{'/10.0'}.0.7/simple",
        f"packages.{'internal'}",
    ],
)
def test_a_place_of_one_machine_would_be_found(breach: str) -> None:
    assert private_places(breach)


def test_the_walk_sees_what_is_shipped_and_nothing_else() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in shipped()}
    assert {"pyproject.toml", "README.md", ".ci/run", "tests/test_architecture.py"} <= names
    assert not [name for name in names if name.startswith((".git/", ".venv/"))]


def test_every_language_says_all_that_is_said_in_danger() -> None:
    assert locale_findings(TEMPLATES) == []


def test_what_a_language_lacks_would_be_found(tmp_path: Path) -> None:
    for name in ("en/safety/emergency.j2", "en/common/hello.j2", "xx/common/else.j2"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words", encoding="utf-8")
    (tmp_path / "en/buttons.yaml").write_text("home.help: Help", encoding="utf-8")
    (tmp_path / "xx/buttons.yaml").write_text("home.hepl: Help", encoding="utf-8")
    assert locale_findings(tmp_path) == [
        "xx: safety/emergency.j2 is missing",
        "xx: common/else.j2 is no text",
        "xx: home.hepl is no label",
    ]
