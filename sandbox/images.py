"""The size of a picture, read from its first bytes."""

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER: Final = 24
_JPEG: Final = b"\xff\xd8"
_FRAME_HEADER: Final = 9
# SOF markers carry the size; C4, C8 and CC between them are tables.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER: Final = 0xFF


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG; None for anything else."""
    size = None
    if content.startswith(_PNG) and len(content) >= _PNG_HEADER:
        size = struct.unpack(">II", content[16:24])
    elif content.startswith(_JPEG):
        size = _jpeg_size(content)
    return (size[0], size[1]) if size and all(size) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    position = len(_JPEG)
    while position + _FRAME_HEADER <= len(content) and content[position] == _MARKER:
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        if content[position + 1] in _FRAMES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None
