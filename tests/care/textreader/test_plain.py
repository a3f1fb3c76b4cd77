from hypothesis import given
from hypothesis import strategies as st

from care.textreader.plain import LONGEST, mended, plain


def test_apostrophes_case_accents_and_emoji_fold_to_one_spelling() -> None:
    assert plain("I CAN\u2019T breathe", {}).text.strip() == "i cant breathe"
    assert plain("dépresión", {}).text == "depresion"
    assert plain("\U0001f48a", {"\U0001f48a": "pill"}).text.strip() == "pill"


def test_marks_stand_alone_but_stay_inside_numbers() -> None:
    assert plain("Fever, 39.5! 10:30", {}).text == "fever , 39.5 ! 10:30"
    assert plain("39,5", {}).text == "39.5"


def test_drawn_out_letters_shrink_and_digits_do_not() -> None:
    assert plain("hellllp 1000", {}).text == "hellp 1000"


def test_a_span_leads_back_to_the_very_words_written() -> None:
    written = "Oh\u2026 I CAN\u2019T   breathe!!"
    folded = plain(written, {})
    start = folded.text.index("cant breathe")
    begin, end = folded.span(start, start + len("cant breathe"))
    assert written[begin:end] == "CAN\u2019T   breathe"


@given(st.text(max_size=300))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    folded = plain(text, {})
    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(folded.origins)
    assert all(0 <= place < len(text) for place in folded.origins)


def test_only_what_telegram_can_send_is_read() -> None:
    assert len(plain("ab" * LONGEST, {}).text) == LONGEST


def test_a_sentence_torn_to_pieces_is_mended_and_a_whole_one_left_alone() -> None:
    torn = mended(plain("Cant.\nBreathe.", {}))
    assert torn is not None
    assert torn.text.strip() == "cant breathe"
    assert mended(plain("I slept well. My neighbour came round for tea.", {})) is None
    assert mended(plain("", {})) is None
    assert mended(plain("...", {})) is None
