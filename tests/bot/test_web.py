"""The webhook keeps an update before it says yes, and only for Telegram."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from actions.runtime import Runtime
from actions.tx import Tx
from bot.content.library import Content, load_content
from bot.web import make_web
from store.engine import make_engine
from store.models import InboxRow
from store.vault import Vault

SECRET = "s3cret-of-the-webhook"
UPDATE = {"update_id": 5, "message": {"message_id": 1, "chat": {"id": 7}, "text": "hi"}}


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content()


@pytest.fixture
def rt(database_url: str, vault: Vault, content: Content) -> Iterator[Runtime]:
    runtime = Runtime(make_engine(database_url), vault, content)
    yield runtime
    runtime.close()


async def post(rt: Runtime, secret: str, **kwargs: object) -> httpx.Response:
    transport = httpx.ASGITransport(make_web(rt, SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://steady") as client:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return await client.post("/telegram", headers=headers, **kwargs)  # type: ignore[arg-type]


def kept(tx: Tx) -> int:
    return tx.session.scalar(select(func.count()).select_from(InboxRow)) or 0


async def test_an_update_is_kept_and_then_acknowledged(rt: Runtime) -> None:
    assert (await post(rt, SECRET, json=UPDATE)).status_code == 200
    assert rt.call(kept) == 1


async def test_a_second_delivery_changes_nothing(rt: Runtime) -> None:
    for _ in range(2):
        assert (await post(rt, SECRET, json=UPDATE)).status_code == 200
    assert rt.call(kept) == 1


async def test_a_wrong_secret_is_refused_and_nothing_is_kept(rt: Runtime) -> None:
    assert (await post(rt, "guess", json=UPDATE)).status_code == 403
    assert rt.call(kept) == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"update_id": "x"}'])
async def test_what_is_no_update_is_refused(rt: Runtime, body: bytes) -> None:
    assert (await post(rt, SECRET, content=body)).status_code == 400


async def test_a_huge_body_is_refused(rt: Runtime) -> None:
    assert (await post(rt, SECRET, content=b"x" * 2_000_000)).status_code == 413


async def test_telegram_is_asked_to_come_back_when_the_database_is_away(
    rt: Runtime, tmp_path: Path
) -> None:
    rt.engine.dispose()
    broken = Runtime(make_engine(f"sqlite:///{tmp_path / 'empty.db'}"), rt.vault, rt.content)
    answer = await post(broken, SECRET, json=UPDATE)
    broken.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
