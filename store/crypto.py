"""AES-256-GCM, and the master keys of ENCRYPTION_KEYS.

A sealed value is: version byte, key id length, key id, 12-byte nonce, ciphertext with tag.
"""

import base64
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = 1
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
LONGEST_NAME: Final = 64  # bytes; the header has one byte for the length


class SealError(ValueError):
    """A ciphertext cannot be read: wrong key, moved to another row, or damaged."""


@dataclass(frozen=True, slots=True)
class Key:
    """A named 256-bit key."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        """Name the key, never its secret: this ends up in logs and tracebacks."""
        return f"Key({self.id!r})"


def new_secret() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: Key, plain: bytes, bound_to: str) -> bytes:
    """Encrypt `plain` under `key`, readable only with the same `bound_to`."""
    name, nonce = key.id.encode(), os.urandom(NONCE_BYTES)
    body = AESGCM(key.secret).encrypt(nonce, plain, bound_to.encode())
    return bytes([VERSION, len(name)]) + name + nonce + body


def key_id(data: bytes) -> str:
    """Return the id of the key that sealed `data`; SealError when it is no sealed value."""
    if len(data) < 2 or data[0] != VERSION or len(data) < 2 + data[1] + NONCE_BYTES:  # noqa: PLR2004 (the two header bytes)
        raise SealError("not a sealed value")
    # A damaged name must end as "key not found", not as an error of decoding.
    return data[2 : 2 + data[1]].decode(errors="replace")


def unseal(key: Key, data: bytes, bound_to: str) -> bytes:
    """Decrypt what `seal` made; SealError when key, binding or bytes do not match."""
    if key_id(data) != key.id:
        raise SealError(f"sealed with key {key_id(data)!r}, not {key.id!r}")
    start = 2 + data[1]
    nonce, body = data[start : start + NONCE_BYTES], data[start + NONCE_BYTES :]
    try:
        return AESGCM(key.secret).decrypt(nonce, body, bound_to.encode())
    except InvalidTag as error:
        raise SealError("wrong key, another row's value, or damaged") from error


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The keys of ENCRYPTION_KEYS; the first one seals, all of them open."""

    keys: tuple[Key, ...]

    @classmethod
    def parse(cls, text: str) -> "MasterKeys":
        """Read `id:base64,id:base64`; ValueError says what is wrong, never a secret."""
        keys = tuple(_parse_key(part.strip()) for part in text.split(",") if part.strip())
        if not keys:
            raise ValueError("ENCRYPTION_KEYS is empty: expected id:base64 of 32 bytes")
        if len({key.id for key in keys}) != len(keys):
            raise ValueError("ENCRYPTION_KEYS names the same key id twice")
        return cls(keys)

    @staticmethod
    def generate(name: str) -> str:
        """Return the text of a new random key, as it stands in `.env`."""
        return f"{name}:{base64.b64encode(new_secret()).decode()}"

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Seal with the current key."""
        return seal(self.keys[0], plain, bound_to)

    def unseal(self, data: bytes, bound_to: str) -> bytes:
        """Open with whichever key sealed it."""
        wanted = key_id(data)
        for key in self.keys:
            if key.id == wanted:
                return unseal(key, data, bound_to)
        raise SealError(f"key {wanted!r} is not in ENCRYPTION_KEYS")


def _parse_key(part: str) -> Key:
    name, _, encoded = part.partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError:  # binascii.Error is one; letters outside ASCII are another
        secret = b""
    if not 0 < len(name.encode()) <= LONGEST_NAME or len(secret) != KEY_BYTES:
        raise ValueError("ENCRYPTION_KEYS: expected id:base64 of 32 bytes, several by commas")
    return Key(name, secret)
