"""`steady simulate`: what is refused, what is printed, which exit code."""

import json

import pytest
import typer
from typer.testing import CliRunner

from simulation import cli
from simulation.run import Result

app = typer.Typer()
app.command()(cli.simulate)


def simulate(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Result:
    """The result every run ends with, whatever is simulated."""
    result = Result(7, 4, 5, "none", figures={"parked": [], "doses": {"taken": 3}})

    async def run(*arguments: object, **options: object) -> Result:
        return result

    monkeypatch.setattr(cli, "simulate_run", run)
    return result


def test_a_run_in_which_all_holds_exits_0_and_names_its_seed(ended: Result) -> None:
    code, out, _ = simulate("--seed", "7")
    assert code == 0
    assert out.startswith("seed 7: 4 patients, 5 days, faults: none\nholds ")
    assert out.count("\nholds ") == 5
    assert out.endswith("parked: none\ndoses: 3 taken\nseed 7\n")


def test_a_broken_invariant_exits_1_and_says_what_is_wrong(ended: Result) -> None:
    broken = next(iter(ended.broken))
    ended.broken[broken] = [f"dose {number} is gone" for number in range(9)]
    code, out, _ = simulate("--seed", "7")
    assert code == 1
    assert f"BROKEN  {broken}\n        dose 0 is gone\n" in out
    assert "        and 4 more\n" in out


def test_json_is_all_there_is_on_stdout(ended: Result) -> None:
    code, out, _ = simulate("--seed", "7", "--json")
    assert code == 0
    assert json.loads(out)["ok"] is True


def test_a_random_seed_is_printed(ended: Result) -> None:
    _, out, _ = simulate("--seed", "random")
    assert out.splitlines()[0].split(":")[0].removeprefix("seed ").isdigit()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--seed", "tomorrow"), "--seed: expected a whole number or random, not 'tomorrow'\n"),
        (("--faults", "hail"), "--faults: expected one of none, flaky, outage, not 'hail'\n"),
        (
            ("--patients", "2", "--transcript", "3"),
            "--transcript: there are 2 patients, none is number 3\n",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: tuple[str, ...], line: str) -> None:
    assert simulate(*arguments) == (2, "", line)


def test_a_crash_names_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(*arguments: object, **options: object) -> Result:
        raise RuntimeError("the bot broke")

    monkeypatch.setattr(cli, "simulate_run", run)
    result = CliRunner().invoke(app, ["--seed", "7", "--json"])
    assert isinstance(result.exception, RuntimeError)
    assert result.exception.__notes__ == ["seed 7, 4 patients, 5 days, faults: none"]
