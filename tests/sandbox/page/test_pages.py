"""The page's files over HTTP."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from sandbox.pages import MEDIA_TYPES, page_files, page_routes


@pytest.fixture
def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=list(page_routes())))
    return httpx.AsyncClient(transport=transport, base_url="http://sandbox")


async def test_the_root_is_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Steady sandbox</title>" in answer.text


@pytest.mark.parametrize("name", sorted(page_files()))
async def test_every_file_has_its_type_and_the_policy(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/page/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA_TYPES[name[name.rfind(".") :]]
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["__init__.py", "none.js", "..%2Fpages.py", "%2Fetc%2Fhosts"])
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/page/{name}")).status_code == 404


async def test_the_page_asks_for_files_that_exist_and_for_nothing_outside(
    client: httpx.AsyncClient,
) -> None:
    html = (await client.get("/")).text
    asked = re.findall(r'(?:src|href)="([^"#]+)"', html)
    assert asked
    assert {(await client.get(address)).status_code for address in asked} == {200}


def test_every_import_of_a_script_exists() -> None:
    scripts = {name: body.decode() for name, body in page_files().items() if name.endswith(".js")}
    imports = {found for text in scripts.values() for found in re.findall(r'from "(.+)"', text)}
    assert imports <= {f"./{name}" for name in scripts}


def test_no_file_reaches_the_network_or_builds_markup_from_text() -> None:
    for name, body in page_files().items():
        # The SVG namespace is a name that no browser fetches.
        text = body.decode().replace("http://www.w3.org/2000/svg", "")
        assert "innerHTML" not in text, name
        assert not re.search(r"""["'(](?:https?:)?//""", text), name
