"""Every button that is made leads somewhere, and no forged one breaks anything."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.buttons import MAX_BYTES, UnknownButtonError, read_press, token
from bot.handlers.table import BUTTONS, COMMANDS

ROOT = Path(__file__).parents[2]


def made_verbs() -> set[str]:
    """Every verb that an action puts on a button, read from the code itself."""
    verbs: set[str] = set()
    for path in (ROOT / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = {"button": 0, "saying": 1}.get(node.func.attr)
            if place is None or len(node.args) <= place:
                continue
            word = node.args[place]
            if isinstance(word, ast.Constant) and isinstance(word.value, str):
                verbs.add(word.value)
    return verbs


def test_every_button_that_is_made_has_a_handler() -> None:
    assert made_verbs() >= {"dose.taken", "ob.pick", "alert.ack"}
    assert made_verbs() - set(BUTTONS) == set()


def test_no_handler_waits_for_a_button_nobody_makes() -> None:
    chosen_at_run_time = {"ob.toggle", "ob.pick", "ci.tick", "ci.pick"}
    assert set(BUTTONS) - made_verbs() - chosen_at_run_time == set()


@given(st.text(max_size=80))
def test_a_forged_token_is_read_without_trusting_it(forged: str) -> None:
    press = read_press(forged)
    entry = BUTTONS.get(press.verb)
    if entry is None:
        return
    try:
        entry[1](press)
    except UnknownButtonError:
        return


@pytest.mark.parametrize("bad", ["", "-1", "1.5", "٣", "9" * 30, "812;drop"])
def test_an_argument_that_is_no_id_is_refused(bad: str) -> None:
    with pytest.raises(UnknownButtonError):
        read_press(f"dose.taken:{bad}").number()


def test_a_token_telegram_would_refuse_is_never_made() -> None:
    with pytest.raises(ValueError, match="bytes"):
        token("ob.pick", "é" * MAX_BYTES)


def test_the_commands_are_those_of_the_menu() -> None:
    from actions.profile import MENUS

    shown = {name for menu in MENUS.values() for name in menu}
    # /start has a handler of its own, since it can carry an invitation.
    assert set(COMMANDS) | {"start"} == shown
