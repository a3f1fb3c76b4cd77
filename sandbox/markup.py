"""Telegram's HTML: plain text and entities out of marked-up text, refused as Telegram refuses it.

Source: the Bot API's "HTML style" and the error texts of TDLib's parser. Markdown is not supported.
"""

import html
import re
from dataclasses import dataclass
from typing import Any, Final

from sandbox.errors import ApiError, bad_request

Entity = dict[str, Any]

_TYPES: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
# What Telegram does not know as an entity stays in the text as it is written.
_SPECIAL: Final = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});|<")
_TAG_NAME: Final = re.compile(r"<([^\s>]*)")
_END_TAG: Final = re.compile(r"</([^\s>]*)\s*>")
_ATTRIBUTE: Final = re.compile(r"""\s*([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")
_TAG_END: Final = re.compile(r"\s*>")


@dataclass
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    text_index: int


def units(text: str) -> int:
    """Length in UTF-16 code units, the unit of every Telegram limit and offset."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Split marked-up text into plain text and entities with UTF-16 offsets.

    Raises:
        ApiError: 400 "can't parse entities: ..." for an unknown, unclosed or mismatched tag.
    """
    if "<" not in source and "&" not in source:
        return source, []
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.offset = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        position = 0
        while match := _SPECIAL.search(self.source, position):
            self._add(self.source[position : match.start()])
            position = self._special(match)
        self._add(self.source[position:])
        if self.open:
            name = self.open[-1].name
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{name}"')
        return "".join(self.parts), self.entities

    def _special(self, match: re.Match[str]) -> int:
        if match[0] != "<":
            self._add(html.unescape(match[0]))
            return match.end()
        if self.source.startswith("</", match.start()):
            return self._close(match.start())
        return self._start(match.start())

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.offset += units(text)

    def _start(self, start: int) -> int:
        match = _TAG_NAME.match(self.source, start)
        if match is None or match.end() == len(self.source):
            raise self._error("Unclosed start tag", start)
        name = match[1].lower()
        if name not in _TYPES:
            raise self._error(f'Unsupported start tag "{name}"', start)
        attributes, end = self._attributes(match.end(), start)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', start)
        self.open.append(_OpenTag(name, attributes, self.offset, len(self.parts)))
        return end

    def _attributes(self, position: int, start: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while (end := _TAG_END.match(self.source, position)) is None:
            match = _ATTRIBUTE.match(self.source, position)
            if match is None:
                raise self._error("Unclosed start tag", start)
            found[match[1].lower()] = html.unescape(match[2] or match[3] or match[4] or "")
            position = match.end()
        return found, end.end()

    def _close(self, start: int) -> int:
        if not self.open:
            raise self._error("Unexpected end tag", start)
        match = _END_TAG.match(self.source, start)
        if match is None:
            raise self._error("Unclosed end tag", start)
        tag, found = self.open.pop(), match[1].lower()
        if found and found != tag.name:
            raise self._error("Unmatched end tag", start, f'"</{tag.name}>", found "</{found}>"')
        self._entity(tag)
        return match.end()

    def _entity(self, tag: _OpenTag) -> None:
        length = self.offset - tag.offset
        if not length:
            return
        entity: Entity = {"type": _TYPES[tag.name], "offset": tag.offset, "length": length}
        inner = "".join(self.parts[tag.text_index :])
        if self._complete(entity, tag, inner):
            self.entities.append(entity)

    def _complete(self, entity: Entity, tag: _OpenTag, inner: str) -> bool:
        """Fill in what one kind of entity has beyond the others; False drops the entity."""
        if tag.name == "a":
            entity["url"] = tag.attributes.get("href") or inner
            return re.match(r"(?:https?|tg)://|mailto:|[\w-]+\.\w", entity["url"]) is not None
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        if tag.name == "pre" and "language" in tag.attributes:
            entity["language"] = tag.attributes["language"]
        language = tag.attributes.get("class", "").removeprefix("language-")
        if tag.name == "code" and language and self.open and self.open[-1].name == "pre":
            self.open[-1].attributes["language"] = language
            return False
        return True

    def _error(self, problem: str, position: int, expected: str = "") -> ApiError:
        offset = len(self.source[:position].encode())
        tail = f", expected {expected}" if expected else ""
        return _cannot_parse(f"{problem} at byte offset {offset}{tail}")


def _cannot_parse(problem: str) -> ApiError:
    return bad_request(f"can't parse entities: {problem}")
