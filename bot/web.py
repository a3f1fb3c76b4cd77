"""The web side: webhook, /health and /metrics."""

import hmac
import json
import logging
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions import inbox, retention
from actions.runtime import Runtime

log = logging.getLogger(__name__)

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY: Final = 1_000_000
AGAIN: Final = {"Retry-After": "5"}
GAUGES: Final = (
    "inbox_age",
    "outbox_age",
    "open_alerts",
    "parked",
    "failed",
    "last_ingest",
    "last_sweep",
)


def make_web(rt: Runtime, secret: str) -> Starlette:
    """Return the web application; without a secret there is no webhook route."""

    async def webhook(request: Request) -> Response:
        return await receive(rt, secret, request)

    async def health(request: Request) -> Response:
        del request
        try:
            figures = await rt.run(retention.status)
        except SQLAlchemyError as error:
            return JSONResponse({"wrong": [type(error).__name__]}, 503)
        return JSONResponse(figures, 503 if figures["wrong"] else 200)

    async def metrics(request: Request) -> Response:
        del request
        figures = await rt.run(retention.status)
        registry = CollectorRegistry()
        for name in GAUGES:
            gauge = Gauge(f"steady_{name}", name.replace("_", " "), registry=registry)
            gauge.set(figures[name] or 0)
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")

    routes = [Route("/health", health), Route("/metrics", metrics)]
    if secret:
        routes.append(Route("/telegram", webhook, methods=["POST"]))
    return Starlette(routes=routes)


async def receive(rt: Runtime, secret: str, request: Request) -> Response:
    """Keep an update and only then say 200; Telegram tries again after anything else."""
    given = request.headers.get(HEADER, "")
    # Constant time: a comparison that stops early tells an attacker how much was right.
    if not hmac.compare_digest(given.encode(), secret.encode()):
        return Response(status_code=403)
    body = await request.body()
    if len(body) > LARGEST_BODY:
        return Response(status_code=413)
    try:
        raw = json.loads(body)
        known = isinstance(raw, dict) and isinstance(raw.get("update_id"), int)
    except ValueError:
        known, raw = False, {}
    if not known:
        return Response(status_code=400)
    try:
        await rt.run(inbox.receive, [raw])
    except SQLAlchemyError as error:
        detail = {"action": "ingest_failed", "error": type(error).__name__}
        log.warning("update not kept", extra=detail)
        return Response(status_code=503, headers=AGAIN)
    rt.inbox_event.set()
    return Response(status_code=200)
