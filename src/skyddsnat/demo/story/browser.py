"""A person at the hub's pages, without a browser: real sign-in with password and authenticator app, real forms."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from skyddsnat.demo.story.forms import Form, read_forms
from skyddsnat.site.http import everybody_s

STEP_SECONDS = 30  # RFC 6238


class Unexpected(Exception):
    """A page or an answer was not what the story needs.  The message holds no value and no secret."""


def one_time_code(secret: str, at: float) -> str:
    """What an authenticator app shows (RFC 6238, SHA-1, six digits)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(at) // STEP_SECONDS), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def fresh_code(secret: str, *, seconds: float) -> str:
    """What the app shows once it has so long left: a code that ends on its way to the hub opens nothing."""
    left = STEP_SECONDS - time.time() % STEP_SECONDS
    if left < seconds:
        time.sleep(left)
    return one_time_code(secret, time.time())


@dataclass(slots=True)
class Page:
    """An answer that a person would see."""

    answer: httpx.Response

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        return self.answer.text

    @property
    def path(self) -> str:
        """Where the browser ended up."""
        return self.answer.url.path

    def form(self, ending: str) -> Form:
        """The form that is sent to an address with this ending ("" for the page itself).  Raises Unexpected."""
        for form in read_forms(self.text):
            target = self.answer.url.join(form.action) if form.action else self.answer.url
            if target.path.endswith(ending or self.path):
                return form
        raise Unexpected(f"no form to …{ending or 'itself'} on {self.answer.url.path} ({self.status})")


class Browser:
    """One person's session."""

    def __init__(self, base_url: str, person: Mapping[str, Any]) -> None:
        self.base_url, self.person = base_url, person
        self._http = httpx.Client(
            base_url=base_url,
            follow_redirects=True,
            timeout=30,
            headers={"Accept-Language": "en"},
            verify=everybody_s(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def cookies(self) -> Mapping[str, str]:
        """What the hub has given to keep, the session too."""
        return dict(self._http.cookies)

    def get(self, path: str) -> Page:
        """Open a page."""
        return Page(self._http.get(path))

    def send(self, page: Page, ending: str, **fields: str | list[str]) -> Page:
        """Fill a form of the page and send it."""
        form = page.form(ending)
        target = page.answer.url.join(form.action) if form.action else page.answer.url
        headers = {"Referer": str(page.answer.url), "Origin": f"{target.scheme}://{target.netloc.decode()}"}
        return Page(self._http.post(target, data=form.filled(fields), headers=headers))

    def sign_in(self) -> None:
        """Password, then the code of the app.  A code opens once, so a second try waits for the next one.  Raises Unexpected."""
        for _ in range(2):
            page = self.send(
                self.get("/account/login/"), "/login/", login=self.person["email"], password=self.person["password"]
            )
            page = self.send(page, "", code=fresh_code(self.person["totp_secret"], seconds=3))
            if not page.path.startswith("/account/login/"):
                return
            time.sleep(STEP_SECONDS - time.time() % STEP_SECONDS)
        raise Unexpected(f"{self.person['email']} could not sign in: stopped at {page.path} ({page.status})")
