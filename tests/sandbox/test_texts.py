"""How a text looks after Telegram has read it."""

import pytest

from sandbox.emulator import Emulator
from sandbox.markup import parse_html


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "plain", "entities"),
    [
        ("plain", "plain", []),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#33;", 'a <b> & "c" !', []),
        ("&nbsp; & &copy;", "&nbsp; & &copy;", []),
        ("<b>x</b>", "x", [entity("bold", 0, 1)]),
        ("<STRONG>x</STRONG>", "x", [entity("bold", 0, 1)]),
        ("🙂<i>x</i>", "🙂x", [entity("italic", 2, 1)]),
        ("<u>a<s>b</s></u>", "ab", [entity("strikethrough", 1, 1), entity("underline", 0, 2)]),
        ("<b></b>x", "x", []),
        ('<a href="https://a.org/?x=1&amp;y=2">x</a>', "x",
         [entity("text_link", 0, 1, url="https://a.org/?x=1&y=2")]),
        ("<a href='tg://user?id=1'>x</a>", "x", [entity("text_link", 0, 1, url="tg://user?id=1")]),
        ("<a>no link</a>", "no link", []),
        ("<pre><code class='language-py'>x</code></pre>", "x",
         [entity("pre", 0, 1, language="py")]),
        ("<code>x</code>", "x", [entity("code", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [entity("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
    ],
)  # fmt: skip
def test_html(source: str, plain: str, entities: list[dict[str, object]]) -> None:
    assert parse_html(source) == (plain, entities)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("call +44 20 7946 0958 now", "phone_number", "+44 20 7946 0958"),
        ("see https://example.org/a?b=1.", "url", "https://example.org/a?b=1"),
        ("see example.org.", "url", "example.org"),
        ("write to a.b@example.org", "email", "a.b@example.org"),
        ("send /help or /stop@steady_bot", "bot_command", "/help"),
    ],
)
def test_telegram_finds_links_by_itself(
    emulator: Emulator, ana: int, text: str, kind: str, found: str
) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text=text)
    offset = text.index(found)
    assert entity(kind, offset, len(found)) in sent["entities"]


@pytest.mark.parametrize("text", ["2026-03-01 08:00", "3/4 of 12.5 mg", "1/2", "0.25 mg"])
def test_doses_and_dates_are_no_links(emulator: Emulator, ana: int, text: str) -> None:
    assert "entities" not in emulator.result("sendMessage", chat_id=ana, text=text)


def test_nothing_is_found_inside_code(emulator: Emulator, ana: int) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="<code>/x</code>", parse_mode="html")
    assert sent["entities"] == [entity("code", 0, 2)]


def test_space_around_a_text_is_dropped_and_entities_move(emulator: Emulator, ana: int) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="  a <b>b </b> ", parse_mode="HTML")
    assert sent["text"] == "a b"
    assert sent["entities"] == [entity("bold", 2, 1)]


def test_explicit_entities_are_kept(emulator: Emulator, ana: int) -> None:
    given = [entity("bold", 0, 1), entity("bold", 5, 1)]
    sent = emulator.result("sendMessage", chat_id=ana, text="ab", entities=given)
    assert sent["entities"] == given[:1]
