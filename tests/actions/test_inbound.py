"""The outline of an update is read from raw JSON, whatever is in it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actions.inbound import chat_of, read_inbound, text_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["message", "chat", "from", "id", "text", "caption", "data", "type"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "x"]), JSON))
def test_no_shape_of_update_breaks_the_reading(raw: dict[str, Any]) -> None:
    read_inbound(1, raw)
    chat_of(raw)
    text_of(raw)


def test_a_caption_counts_as_words() -> None:
    raw = {"update_id": 1, "message": {"chat": {"id": 7}, "caption": "help"}}
    assert text_of(raw) == "help"


def test_an_edited_message_is_read_too() -> None:
    raw = {"update_id": 1, "edited_message": {"chat": {"id": 7}, "text": "I can't breathe"}}
    assert text_of(raw) == "I can't breathe"
    assert chat_of(raw) == 7


def test_a_press_belongs_to_whoever_pressed_it() -> None:
    raw = {
        "update_id": 1,
        "callback_query": {
            "id": "5",
            "from": {"id": 8},
            "data": "x",
            "message": {"chat": {"id": 7}},
        },
    }
    assert chat_of(raw) == 8
