"""AES-256-GCM and ENCRYPTION_KEYS."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.crypto import Key, MasterKeys, SealError, key_id, new_secret, seal, unseal

KEY = Key("k1", new_secret())
GOOD = base64.b64encode(bytes(range(32))).decode()


@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back(plain: bytes) -> None:
    assert unseal(KEY, seal(KEY, plain, "notes.words:1"), "notes.words:1") == plain


def test_the_same_words_never_look_the_same_twice() -> None:
    assert seal(KEY, b"hello", "x") != seal(KEY, b"hello", "x")


def test_a_sealed_value_names_its_key() -> None:
    assert key_id(seal(KEY, b"", "x")) == "k1"


def test_another_binding_does_not_open_it() -> None:
    with pytest.raises(SealError, match="another row"):
        unseal(KEY, seal(KEY, b"hello", "notes.words:1"), "notes.words:2")


def test_another_secret_of_the_same_name_does_not_open_it() -> None:
    with pytest.raises(SealError):
        unseal(Key("k1", new_secret()), seal(KEY, b"hello", "x"), "x")


def test_a_key_of_another_name_says_so() -> None:
    with pytest.raises(SealError, match="'k1', not 'k2'"):
        unseal(Key("k2", KEY.secret), seal(KEY, b"hello", "x"), "x")


def test_every_single_flipped_bit_is_noticed() -> None:
    data = seal(KEY, b"hello", "x")
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(SealError):
            unseal(KEY, bytes(changed), "x")


def test_every_shortened_value_is_noticed() -> None:
    data = seal(KEY, b"hello", "x")
    for length in range(len(data)):
        with pytest.raises(SealError):
            unseal(KEY, data[:length], "x")


@given(st.binary(max_size=60))
def test_bytes_nobody_sealed_are_a_seal_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(SealError):
        unseal(KEY, data, "x")


def test_the_first_master_key_seals_and_all_of_them_open() -> None:
    old = MasterKeys.parse(f"old:{GOOD}")
    both = MasterKeys.parse(f"{MasterKeys.generate('new')}, old:{GOOD}")
    assert both.unseal(old.seal(b"hello", "x"), "x") == b"hello"
    assert key_id(both.seal(b"hello", "x")) == "new"


def test_a_master_key_that_was_taken_away_is_named() -> None:
    sealed = MasterKeys.parse(f"old:{GOOD}").seal(b"hello", "x")
    with pytest.raises(SealError, match="'old' is not in ENCRYPTION_KEYS"):
        MasterKeys.parse(MasterKeys.generate("new")).unseal(sealed, "x")


def test_a_generated_key_can_be_read_back_and_is_never_the_same() -> None:
    first, second = MasterKeys.generate("k"), MasterKeys.generate("k")
    assert first != second
    assert len(MasterKeys.parse(first).keys[0].secret) == 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "k1",
        "k1:",
        f":{GOOD}",
        GOOD,
        f"k1:{GOOD[:-4]}",
        f"k1:{GOOD}AAAA",
        f"k1:{GOOD[:-1]}",
        f"k1:!{GOOD[1:]}",
        f"k1:é{GOOD[1:]}",
        f"{'k' * 65}:{GOOD}",
        f"k1:{GOOD},k1:{GOOD}",
        f"k1:{GOOD},k2",
    ],
)
def test_a_bad_setting_is_refused_by_its_name_and_without_the_secret(text: str) -> None:
    with pytest.raises(ValueError, match="ENCRYPTION_KEYS") as refused:
        MasterKeys.parse(text)
    assert GOOD[1:20] not in str(refused.value)


def test_no_secret_is_printed() -> None:
    masters = MasterKeys.parse(f"k1:{GOOD}")
    for shown in (repr(masters), str(masters), repr(masters.keys[0]), f"{masters.keys}"):
        assert "k1" in shown
        assert repr(bytes(range(32)))[2:20] not in shown
        assert GOOD not in shown
