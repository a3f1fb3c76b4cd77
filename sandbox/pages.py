"""The chat page over HTTP: "/" and the files it loads, from the package and from nowhere else."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# Only what the sandbox itself serves may run, load or be called; no inline script or style.
POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'none'"
)

HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # The files change with the checkout, and the way to them is short.
    "cache-control": "no-cache",
}

MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def page_files() -> dict[str, bytes]:
    """The page's files by name; what has another ending is no part of the page."""
    folder = files("sandbox.page")
    return {
        entry.name: entry.read_bytes()
        for entry in folder.iterdir()
        if entry.is_file() and _ending(entry.name) in MEDIA_TYPES
    }


def page_routes() -> list[Route]:
    """Routes for "/" (the page) and "/page/NAME" (its files); an unknown name answers 404."""
    return [
        Route("/", _index, methods=["GET"]),
        Route("/page/{name}", _file, methods=["GET"]),
    ]


def _ending(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""


def _index(_request: Request) -> Response:
    return _answer("index.html")


def _file(request: Request) -> Response:
    return _answer(request.path_params["name"])


def _answer(name: str) -> Response:
    # A look-up among listed names: no path a visitor types ever reaches the disk.
    content = page_files().get(name)
    if content is None:
        return Response("Not found", status_code=404, headers=dict(HEADERS))
    return Response(content, media_type=MEDIA_TYPES[_ending(name)], headers=dict(HEADERS))
