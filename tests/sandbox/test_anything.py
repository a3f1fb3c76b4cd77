"""Whatever a bot or a script sends, it gets an answer and never a crash."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.emulator import Emulator
from sandbox.errors import ApiError, ControlError
from sandbox.faults import fault_from_json
from sandbox.markup import parse_html, units
from sandbox.methods import METHODS
from sandbox.requests import press, say, step_of
from tests.sandbox.fakes import START, TOKEN

NAMES = sorted({name for method in METHODS.values() for name in method.known})
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
WORDS = st.sampled_from(["text", "url", "callback_data", "inline_keyboard", "keyboard", "type"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(WORDS | st.text(), inner)
)
RAW = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5)
KINDS = st.sampled_from(
    [
        "text",
        "location",
        "document",
        "photo",
        "sticker",
        "voice",
        "edit",
        "contact",
        "message_id",
        "button",
        "advance",
        "until",
        "zone",
    ]
)
quickly = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def started() -> tuple[Emulator, int]:
    emulator = Emulator(TOKEN, lambda: START)
    ana = emulator.people.create_user("Ana")
    emulator.people.send_text(ana, "/start")
    return emulator, ana


@quickly
@given(method=st.sampled_from(sorted(METHODS)), raw=RAW, known_chat=st.booleans())
def test_every_call_gets_telegrams_kind_of_answer(
    method: str, raw: dict[str, object], known_chat: bool
) -> None:
    emulator, ana = started()
    call = {**raw, "chat_id": ana} if known_chat else raw
    reply = emulator.call(method, call)
    body = json.loads(reply.body)
    assert body["ok"] is (reply.status == 200)
    assert body["ok"] or body["description"]


@quickly
@given(body=st.dictionaries(KINDS, VALUES, max_size=3))
def test_every_control_request_works_or_says_why(body: dict[str, object]) -> None:
    emulator, ana = started()
    said: list[str] = []
    for run in (
        lambda: say(emulator.people, ana, body),
        lambda: press(emulator.people, ana, body),
        lambda: step_of(body, START),
        lambda: fault_from_json({"kind": "429", **body}),
    ):
        try:
            run()
        except ControlError as error:
            said.append(str(error))
    assert all("\n" not in line for line in said)


@quickly
@given(st.text(st.sampled_from('<>/&;"=ab i🙂é\n') | st.characters(codec="utf-8")))
def test_every_text_parses_within_its_own_length_or_is_refused(source: str) -> None:
    try:
        plain, entities = parse_html(source)
    except ApiError as error:
        plain, entities, refusal = "", [], error.description
    else:
        refusal = "Bad Request: can't parse entities: "
    assert refusal.startswith("Bad Request: can't parse entities: ")
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= units(plain) for e in entities)
