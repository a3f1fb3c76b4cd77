import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from bot.plan_files import code_png, links_in_photo

LINK = "https://t.me/steady_taper_bot?start=plan_" + "a1B2-_" * 3 + "wxyz"
CAPTION = ("Plan from Dr Okafor", "Works once, until 30 Dec 2026")


def picture() -> Image.Image:
    return Image.open(io.BytesIO(code_png(LINK, CAPTION)))


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def photo(angle: int = 0, *, blur: float = 0, light: float = 1, size: int = 1280) -> Image.Image:
    """The code on paper, as a phone sees it on a table."""
    table = Image.new("RGB", (1600, 1600), (120, 90, 60))
    paper = picture().convert("RGB").resize((700, 760))
    turned = paper.convert("RGBA").rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(turned, (300, 300), turned)
    table = table.filter(ImageFilter.GaussianBlur(blur))
    return ImageEnhance.Brightness(table).enhance(light).resize((size, size))


def screenshot() -> Image.Image:
    """A chat on a phone of 1080 by 2340 dots, sent on at Telegram's size."""
    screen = Image.new("RGB", (1080, 2340), (24, 34, 45))
    screen.paste(picture().resize((640, 700)), (60, 900))
    draw = ImageDraw.Draw(screen)
    for line in range(12):
        draw.rectangle(
            (60, 100 + 60 * line, 900 - 40 * line, 130 + 60 * line), fill=(200, 200, 200)
        )
    return screen.resize((591, 1280))


def test_a_code_carries_its_link() -> None:
    assert links_in_photo(code_png(LINK, CAPTION)) == [LINK]
    assert links_in_photo(code_png(LINK)) == [LINK]


@pytest.mark.parametrize("quality", [80, 40, 20])
def test_a_code_survives_recompression(quality: int) -> None:
    assert links_in_photo(jpeg(picture(), quality)) == [LINK]


@pytest.mark.parametrize("angle", [0, 7, 45, 90, 133, 180, 270])
def test_a_code_is_read_at_any_angle(angle: int) -> None:
    assert links_in_photo(jpeg(photo(angle), 40)) == [LINK]


@pytest.mark.parametrize(
    ("blur", "light", "size"), [(4, 1, 1280), (2, 0.3, 1280), (2, 1, 800), (0, 1.6, 640)]
)
def test_a_code_is_read_blurred_dark_and_small(blur: float, light: float, size: int) -> None:
    assert links_in_photo(jpeg(photo(12, blur=blur, light=light, size=size), 40)) == [LINK]


def test_a_code_is_read_on_a_screenshot() -> None:
    assert links_in_photo(jpeg(screenshot(), 60)) == [LINK]


def test_a_code_is_read_as_a_thumbnail_and_inverted() -> None:
    assert links_in_photo(jpeg(picture().resize((160, 176)), 60)) == [LINK]
    assert links_in_photo(jpeg(picture().point(lambda dot: 255 - dot))) == [LINK]


def test_two_codes_on_one_photo_are_both_given() -> None:
    both = Image.new("L", (1400, 760), 255)
    both.paste(picture().resize((640, 700)), (20, 20))
    other = Image.open(io.BytesIO(code_png("https://example.org/menu")))
    both.paste(other.resize((600, 600)), (740, 20))
    assert sorted(links_in_photo(jpeg(both))) == ["https://example.org/menu", LINK]


def test_a_photo_without_a_code_gives_nothing() -> None:
    assert links_in_photo(jpeg(Image.effect_noise((640, 640), 80))) == []


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_something_else_than_a_picture_gives_nothing(content: bytes) -> None:
    assert links_in_photo(content) == []
    assert links_in_photo(code_png(LINK)[:200] + content) == []
