"""What is answered: the stop page for every address, the form, and the way to help; nothing is set, nothing is run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from skyddsnat.catalogue.text import LANGUAGES
from skyddsnat.stop_page.admission import Bucket, Forms, Stale
from skyddsnat.stop_page.blind import Blind
from skyddsnat.stop_page.config import Config
from skyddsnat.stop_page.counter import Counter
from skyddsnat.stop_page.form import MAX_BYTES, Filled, complaint_of, read_form
from skyddsnat.stop_page.page import CSP, OWN, Pages, language_of
from skyddsnat.stop_page.patience import BODY_SECONDS
from skyddsnat.stop_page.queue import Queue, QueueError

log = logging.getLogger("skyddsnat.stop_page")

FORM_TYPE: Final = "application/x-www-form-urlencoded"
BLOCKED: Final = 403
RETRY_SECONDS: Final = "300"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the answers need.  wake: told when a complaint is on the disk."""

    config: Config
    queue: Queue
    counter: Counter
    forms: Forms
    bucket: Bucket
    clock: Callable[[], datetime]
    wake: Callable[[], None]


def make_app(service: Service) -> ASGIApp:
    """The service as an ASGI application."""
    answers = _Answers(service)
    routes = [
        Route(f"{OWN}/healthy", answers.healthy),
        Route(f"{OWN}/go/{{line}}", answers.go),
        Route(f"{OWN}/{{language}}", answers.page),
        Route(f"{OWN}/{{language}}/complaint", answers.form, methods=["GET"]),
        Route(f"{OWN}/{{language}}/complaint", answers.complain, methods=["POST"]),
        Route("/robots.txt", answers.robots),
        Route("/{rest:path}", answers.stopped),
    ]
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False  # its address would be made of the Host header
    return Blind(app, csp=CSP)


class _Answers:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._pages = Pages(service.config)

    async def stopped(self, request: Request) -> Response:
        """Any address that was blocked.  What is no page (a picture, say) gets no page."""
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("blocked\n", status_code=BLOCKED)
        if request.method == "GET":
            self._service.counter.add("views")
        language = language_of(request.headers.get("accept-language", ""))
        return HTMLResponse(self._pages.stopped(language), status_code=BLOCKED)

    async def page(self, request: Request) -> Response:
        """The page in the language that was chosen."""
        language = request.path_params["language"]
        return HTMLResponse(self._pages.stopped(language)) if language in LANGUAGES else _unknown()

    async def go(self, request: Request) -> Response:
        """To a help line's own pages; that somebody went is counted, and no more."""
        name = request.path_params["line"]
        line = next((one for one in self._service.config.lines if one.id == name), None)
        if line is None:
            return _unknown()
        self._service.counter.add(line.kind.value)
        return RedirectResponse(line.url, status_code=303)

    async def form(self, request: Request) -> Response:
        """An empty form."""
        language = request.path_params["language"]
        if language not in LANGUAGES:
            return _unknown()
        return self._form(language, Filled(form=self._service.forms.issue()), status=200)

    async def complain(self, request: Request) -> Response:
        """A filled-in form: a receipt once the complaint is on the disk, or the form again with what is wrong."""
        language = request.path_params["language"]
        if language not in LANGUAGES or not request.headers.get("content-type", "").startswith(FORM_TYPE):
            return _unknown()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return PlainTextResponse("too slow\n", status_code=408)
        if body is None:
            return PlainTextResponse("too large\n", status_code=413)
        return await self._take(language, read_form(body))

    async def healthy(self, request: Request) -> Response:
        """For the operator's monitoring."""
        return PlainTextResponse("ok\n")

    async def robots(self, request: Request) -> Response:
        """No robot has business here."""
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    async def _take(self, language: str, filled: Filled) -> Response:
        service = self._service
        key = service.forms.id_of(filled.form)
        if isinstance(key, Stale):
            return self._again(language, filled, {"form": "stale"}, status=422)
        complaint = complaint_of(filled, id=key, language=language, now=service.clock())
        if isinstance(complaint, dict):
            return self._again(language, filled, complaint, status=422, same=True)
        if not service.bucket.take():
            return self._again(language, filled, {"form": "full"}, status=429, same=True)
        try:
            new = await asyncio.to_thread(service.queue.put, complaint)
        except QueueError as error:
            log.error("a complaint was not taken in (%s); look at the disk", type(error).__name__)
            return self._again(language, filled, {"form": "disk"}, status=503, same=True)
        if new:
            service.counter.add("complaints")
            service.wake()
        return HTMLResponse(self._pages.taken(language, complaint.receipt))

    def _again(
        self, language: str, filled: Filled, wrong: dict[str, str], *, status: int, same: bool = False
    ) -> Response:
        """The form as it was typed.  same: it keeps its id, so that sending it once more is no second complaint."""
        form = filled.form if same else self._service.forms.issue()
        return self._form(language, replace(filled, form=form, wrong=wrong), status=status)

    def _form(self, language: str, filled: Filled, *, status: int) -> Response:
        encrypted = bool(self._service.config.own_address)
        page = self._pages.complaint(language, filled, encrypted=encrypted)
        headers = {"Retry-After": RETRY_SECONDS} if status in {429, 503} else {}
        return HTMLResponse(page, status_code=status, headers=headers)


async def _body(request: Request) -> bytes | None:
    """The body, or None for more than a form can hold: read no further than that."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return body


def _unknown() -> Response:
    return PlainTextResponse("not found\n", status_code=404)
