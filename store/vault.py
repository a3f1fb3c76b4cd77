"""Sealing and reading the encrypted columns of rows, and finding people by a blind index."""

import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

from store.base import SealedRow
from store.crypto import seal, unseal
from store.keystore import HOUSE, KeyStore


class Vault:
    """Everything the house does with secrets.

    Args:
        keys: the store of data keys.
    """

    def __init__(self, keys: KeyStore) -> None:
        self.keys = keys
        self._lookup = keys.make(HOUSE).secret

    def chat_hash(self, chat_id: int) -> str:
        """Return the blind index of a Telegram id: equal ids give equal text, nothing else."""
        return self.token_hash(f"chat:{chat_id}")

    def token_hash(self, token: str) -> str:
        """Return a keyed hash of a secret that is looked up but never needed in clear."""
        return hmac.new(self._lookup, token.encode(), hashlib.sha256).hexdigest()

    def seal(self, row: SealedRow, **plain: str | None) -> None:
        """Write each named column of `row` encrypted under the data key of `row.key_owner`."""
        if not row.uid:
            row.uid = uuid4().hex
        key = self.keys.make(row.key_owner)
        for column, text in plain.items():
            data = None if text is None else seal(key, text.encode(), _place(row, column))
            setattr(row, column, data)

    def read(self, row: SealedRow, column: str) -> str | None:
        """Return the text of an encrypted column, None when it is empty; SealError otherwise."""
        data: bytes | None = getattr(row, column)
        if data is None:
            return None
        return unseal(self.keys.key(row.key_owner), data, _place(row, column)).decode()

    def seal_json(self, row: SealedRow, column: str, value: object) -> None:
        """Write a JSON value into an encrypted column."""
        self.seal(row, **{column: json.dumps(value, ensure_ascii=False, default=str)})

    def read_json(self, row: SealedRow, column: str) -> Any:  # noqa: ANN401 (JSON is what it is)
        """Return the JSON value of an encrypted column, None when it is empty."""
        text = self.read(row, column)
        return None if text is None else json.loads(text)


def _place(row: SealedRow, column: str) -> str:
    # The binding: a ciphertext moved to another table, column or row does not open.
    return f"{type(row).__tablename__}.{column}:{row.uid}"  # type: ignore[attr-defined]
