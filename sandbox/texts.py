"""A message's text as Telegram keeps it: marked up, trimmed, measured, with links found in it."""

import re
from typing import Final

from sandbox.errors import bad_request
from sandbox.markup import Entity, parse_html, units
from sandbox.parameters import Parameters

_FOUND: Final = {
    "url": re.compile(
        r"(?<![\w@/])(?:https?://[^\s<>\"]+[^\s<>\".,;:!?)]|(?:[a-z0-9-]+\.)+"
        r"(?:com|org|net|info|gov|uk|de|fr|nl|at|ch|eu)\b(?:/[^\s<>\"]*)?)",
        re.IGNORECASE,
    ),
    "email": re.compile(r"(?<!\w)[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone_number": re.compile(r"(?<![\w+])(?:\+\d|0\d|1[ -]?\d{3})[\d ()-]{6,16}\d(?!\w)"),
    "bot_command": re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?(?![\w/])"),
}
_OPAQUE: Final = ("code", "pre", "text_link")


def formatted(
    parameters: Parameters, name: str, *, longest: int, too_long: str
) -> tuple[str, list[Entity]]:
    """The text parameter `name` after its parse_mode or entities were applied.

    Args:
        parameters: the call's parameters; `parse_mode`, `entities` or `caption_entities` are read.
        name: "text" or "caption".
        longest: most UTF-16 code units allowed.
        too_long: Telegram's words for a longer one, for example "message is too long".

    Raises:
        ApiError: 400 for an unknown parse_mode, bad markup or a text over the limit.
    """
    source = parameters.text(name)
    mode = parameters.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        explicit = "entities" if name == "text" else f"{name}_entities"
        text, entities = source, _explicit(parameters.array(explicit), units(source))
    text, entities = _trimmed(text, entities)
    if units(text) > longest:
        raise bad_request(too_long)
    return text, with_found(text, entities)


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """`entities` and those Telegram finds by itself: links, addresses, phone numbers, commands."""
    taken = [_span(entity) for entity in entities if entity["type"] in _OPAQUE]
    found = list(entities)
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            offset = units(text[: match.start()])
            span = (offset, offset + units(match[0]))
            if not any(span[0] < end and start < span[1] for start, end in taken):
                taken.append(span)
                found.append({"type": kind, "offset": offset, "length": span[1] - offset})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _span(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _explicit(given: list[object], longest: int) -> list[Entity]:
    entities: list[Entity] = []
    for item in given:
        if not isinstance(item, dict) or not isinstance(item.get("type"), str):
            raise bad_request("can't parse entities: MessageEntity must be an Object")
        offset, length = item.get("offset"), item.get("length")
        if not isinstance(offset, int) or not isinstance(length, int):
            raise bad_request('can\'t parse entities: field "offset" must be of type Number')
        if 0 <= offset < offset + length <= longest:
            entities.append(dict(item))
    return entities


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram drops white space around a text; entities move and shrink with it."""
    stripped = text.strip()
    if stripped == text:
        return text, entities
    lead, length = units(text[: len(text) - len(text.lstrip())]), units(stripped)
    kept = []
    for entity in entities:
        start, end = (min(max(edge - lead, 0), length) for edge in _span(entity))
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return stripped, kept
