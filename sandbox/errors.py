"""What the emulator refuses: the bot's calls in Telegram's words, a script's requests in ours."""

from typing import Any


class ApiError(Exception):
    """A Bot API call that Telegram would refuse.

    Args:
        code: the error_code, for example 400.
        description: Telegram's own sentence, with its "Bad Request: " prefix.
        parameters: the ResponseParameters object, empty when there is none.
    """

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}

    def body(self) -> dict[str, Any]:
        """The JSON object Telegram answers with."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class ControlError(Exception):
    """A control request that makes no sense; `status` is 400 or 404, the text is one line."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def bad_request(reason: str) -> ApiError:
    """A 400 in Telegram's form; `reason` comes without the prefix."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """A 403 in Telegram's form; `reason` comes without the prefix."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """A 409 in Telegram's form; `reason` comes without the prefix."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """A 429 that asks to wait `retry_after` seconds."""
    return ApiError(
        429,
        f"Too Many Requests: retry after {retry_after}",
        {"retry_after": retry_after},
    )
