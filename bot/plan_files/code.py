"""A plan code as a picture: made with a caption, and found again in a photo of it."""

import io
from collections.abc import Sequence
from typing import Final

import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

_SCALE: Final = 12
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_BORDER: Final = 4  # modules; readers need this quiet zone
_CAPTION: Final = 30
_MOST_PIXELS: Final = 50_000_000
_SMALLEST: Final = 1000


def code_png(link: str, caption: Sequence[str] = ()) -> bytes:
    """The picture of a link, PNG, with lines of words under it.

    Much of it may be hidden or blurred and it is read all the same (error correction Q).
    """
    out = io.BytesIO()
    segno.make(link, error="q", micro=False).save(out, kind="png", scale=_SCALE, border=_BORDER)
    code = Image.open(out).convert("L")
    font = ImageFont.load_default(_CAPTION)
    line_height = _CAPTION + 12
    high = code.height + line_height * len(caption) + (_CAPTION if caption else 0)
    wide = max(code.width, *(int(font.getlength(line)) + 2 * _CAPTION for line in caption), 0)
    picture = Image.new("L", (wide, high), 255)
    picture.paste(code, ((wide - code.width) // 2, 0))
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(caption):
        top = code.height + number * line_height
        draw.text((wide // 2, top), line, fill=0, font=font, anchor="ma")
    done = io.BytesIO()
    picture.save(done, "PNG")
    return done.getvalue()


def links_in_photo(content: bytes) -> list[str]:
    """The text of every QR code in a picture, in the order found; none for any other content."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return []
            picture = opened.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return []
    found = _codes(picture)
    if not found and max(picture.size) < _SMALLEST:
        # A thumbnail: its modules are only a few dots wide.
        size = (picture.width * 2, picture.height * 2)
        found = _codes(picture.resize(size, Image.Resampling.BICUBIC))
    return found


def _codes(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return list(dict.fromkeys(one.text for one in found if one.valid))
