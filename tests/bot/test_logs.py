import json
import logging
import sys
from collections.abc import Iterator

import httpx
import pytest

from bot import logs

TOKEN = "123456789:AAHk-Xy_0123456789abcdefghijklmno-"
URL = f"https://api.telegram.org/bot{TOKEN}/sendMessage"


@pytest.fixture(autouse=True)
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    root.handlers = []
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture(params=[False, True], ids=["text", "json"])
def as_json(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text
    return text


def test_a_token_in_a_message_never_comes_out(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(json=as_json)
    logging.getLogger("x").info(f"call to {URL}")  # noqa: G004 - the worst way to log
    text = said(capsys)
    assert TOKEN not in text
    assert "bot<token>/sendMessage" in text


def test_a_token_in_an_argument_never_comes_out(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(json=as_json)
    logging.getLogger("x").warning("%s and %r", {"token": TOKEN}, httpx.URL(URL))
    assert TOKEN not in said(capsys)


def test_a_token_in_a_traceback_never_comes_out(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(json=as_json)
    try:
        try:
            raise httpx.ConnectError(f"cannot reach {URL}")
        except httpx.HTTPError as error:
            raise RuntimeError(f"token {TOKEN} was rejected") from error
    except RuntimeError:
        logging.getLogger("x").exception("trouble")
    text = said(capsys)
    assert TOKEN not in text
    assert "cannot reach" in text


def test_a_token_in_an_error_nobody_caught_never_comes_out(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(json=as_json)
    error = RuntimeError(f"The token `{TOKEN}` was rejected by the server.")
    sys.excepthook(RuntimeError, error, None)
    text = said(capsys)
    assert TOKEN not in text
    assert "was rejected by the server" in text


def test_an_escaped_token_never_comes_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("x").info(TOKEN.replace(":", "%3A"))
    assert TOKEN[10:] not in said(capsys)


async def test_the_http_client_does_not_name_its_calls(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG")
    transport = httpx.MockTransport(lambda request: httpx.Response(200))  # noqa: ARG005
    async with httpx.AsyncClient(transport=transport) as client:
        await client.post(URL)
    assert "sendMessage" not in capsys.readouterr().err


def test_a_json_line_carries_the_ids_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(json=True)
    logging.getLogger("x").info("sent", extra={"action": "sent", "outbox_id": 812})
    line = json.loads(said(capsys))
    assert (line["action"], line["outbox_id"], line["message"]) == ("sent", 812, "sent")


def test_levels_below_the_configured_one_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning")
    logging.getLogger("x").info("quiet")
    assert not capsys.readouterr().err


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        logs.configure("loud")
