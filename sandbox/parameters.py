"""The parameters of one Bot API call, in whatever shape they came, turned into typed values."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.errors import ApiError, bad_request

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_TRUE: Final = ("true", "yes", "1")
_FALSE: Final = ("false", "no", "0", "")


@dataclass(frozen=True)
class Upload:
    """One file of a multipart request."""

    file_name: str
    content: bytes
    mime: str


Kind = Callable[[str, object], object]


def _wrong_type(name: str, expected: str) -> ApiError:
    return bad_request(f'field "{name}" must be of type {expected}')


def strict_json(text: str | bytes) -> object:
    """Read JSON that can be written again: NaN and infinities are refused with ValueError."""
    return json.loads(text, parse_constant=_no_number)


def whole_number(text: str) -> int | None:
    """The number a text stands for, or None; 64 bits are the most Telegram uses."""
    return int(text) if _WHOLE.fullmatch(text) else None


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def integer(name: str, value: object) -> int:
    """A whole number, also as the digits a form carries."""
    number = None if isinstance(value, bool | float) else whole_number(str(value))
    if number is None:
        raise _wrong_type(name, "Integer")
    return number


def string(name: str, value: object) -> str:
    """A text; numbers become their digits, lone surrogates are no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong_type(name, "String")
    text = str(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
    return text


def boolean(name: str, value: object) -> bool:
    """True or False, also in the words a form carries."""
    word = str(value).lower() if isinstance(value, bool | int | str) else "?"
    if word not in _TRUE + _FALSE:
        raise _wrong_type(name, "Boolean")
    return word in _TRUE


def json_value(name: str, value: object) -> object:
    """An object or array, also as the JSON text a form carries."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return strict_json(value)
    except ValueError:
        what = "reply keyboard markup" if name == "reply_markup" else name
        raise bad_request(f"can't parse {what} JSON object") from None


def file(name: str, value: object) -> object:
    """An Upload, or the file_id or URL that stands for one."""
    return value if isinstance(value, Upload) else string(name, value)


class Parameters:
    """Typed access to the parameters of one call.

    Args:
        known: what the method takes, name to kind.
        raw: what came, name to value.
        files: the parts of a multipart request that are files.

    Raises:
        ApiError: 400 for a value of a wrong type.
    """

    def __init__(
        self, known: Mapping[str, Kind], raw: Mapping[str, object], files: Mapping[str, Upload]
    ) -> None:
        self.unknown = [name for name in raw if name not in known]
        self._values: dict[str, object] = {}
        for name, value in raw.items():
            if name in known and value is not None:
                self._values[name] = known[name](name, self._attached(value, files))
        for name, upload in files.items():
            if known.get(name) is file:
                self._values[name] = upload

    @staticmethod
    def _attached(value: object, files: Mapping[str, Upload]) -> object:
        if isinstance(value, str) and value.startswith("attach://"):
            return files.get(value.removeprefix("attach://"), value)
        return value

    def decoded(self) -> dict[str, object]:
        """The values that came as JSON text, as what they mean."""
        return {
            name: value for name, value in self._values.items() if isinstance(value, list | dict)
        }

    def has(self, name: str) -> bool:
        """Whether the parameter came at all."""
        return name in self._values

    def text(self, name: str) -> str:
        """A String parameter; empty when it is missing."""
        value = self._values.get(name, "")
        return value if isinstance(value, str) else ""

    def number(self, name: str, default: int = 0) -> int:
        """An Integer parameter."""
        value = self._values.get(name, default)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """A Boolean parameter; False when it is missing."""
        return self._values.get(name) is True

    def value(self, name: str) -> object:
        """A JSON or file parameter as it is; None when it is missing."""
        return self._values.get(name)

    def array(self, name: str) -> list[object]:
        """A JSON array; empty when it is missing.

        Raises:
            ApiError: 400 when something else came.
        """
        value = self._values.get(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise _wrong_type(name, "Array")
        return list(value)

    def record(self, name: str) -> dict[str, Any]:
        """A JSON object; empty when it is missing.

        Raises:
            ApiError: 400 when something else came.
        """
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise _wrong_type(name, "Object")
        return value
