"""What the hub shows to the outside besides its routes: nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.settings import base
from tests.cast import Cast

HUB = Path(__file__).parents[3] / "src" / "skyddsnat" / "hub"
BUILT = "sealing.js"  # of the sources below and one library (tests/tools/test_vendor.py)
SCRIPTS = sorted(
    [
        *(path for path in HUB.glob("*/static/**/*.js") if "vendor" not in path.parts and path.name != BUILT),
        *HUB.glob("benchmark/browser/sealing/*.js"),
        *HUB.glob("benchmark/browser/page/*.js"),
    ]
)
KEPT = {("store.js", "indexedDB")}
"""Key file, drafts and own values of a round, locked with the member's key: they must not reach the hub (docs/benchmarking)."""


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/static/",
        "/static/../settings/base.py",
        "/static/%2e%2e/%2e%2e/urls.py",
        "/hub.env",
        "/static/pages/",
    ],
)
def test_no_file_of_the_source_is_served(db: None, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_trace_is_refused(cast: Cast, client: Client, method: str) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    for path in ("/", "/account/login/", "/members/", "/healthy/"):
        answer = client.generic(method, path, headers={"X-Secret": "echo"})
        assert answer.status_code in {302, 403, 405}, (path, answer.status_code)
        assert b"echo" not in answer.content


def test_the_scripts_never_write_markup() -> None:
    """A page that was fetched is read as text and numbers (progress.js); nothing of it is taken over as an element."""
    assert SCRIPTS
    told = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.setHTML|srcdoc|javascript:|__proto__"
        r"|importNode|adoptNode|createContextualFragment|setTimeout\(\s*[\"'`]|Object\.assign|postMessage"
    )
    found = [(path.name, match[0]) for path in SCRIPTS for match in told.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_scripts_keep_nothing_in_the_browser() -> None:
    told = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.")
    found = {(path.name, match[0]) for path in SCRIPTS for match in told.finditer(path.read_text(encoding="utf-8"))}
    assert found == KEPT


def test_the_hub_believes_a_proxy_only_where_it_is_told_to(client: Client, db: None, settings: object) -> None:
    assert not hasattr(base, "SECURE_PROXY_SSL_HEADER")
    assert not hasattr(base, "ALLAUTH_TRUSTED_PROXY_COUNT")
    assert not hasattr(base, "USE_X_FORWARDED_HOST")
    request = RequestFactory().get("/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "else.test"})
    assert not request.is_secure()
    assert request.get_host() == "testserver"


def test_the_name_of_a_download_is_the_hubs_own(cast: Cast, client: Client) -> None:
    """None of the routes that answer with a file takes a name from outside."""
    cast.sign_in(client, cast.person("alfa", "analyst"))
    answer = client.get(reverse("mfa_download_recovery_codes"), {"filename": "x\r\nSet-Cookie: a=b", "name": "../x"})
    assert re.fullmatch(
        r'attachment; filename="[\w.-]+"', answer.get("Content-Disposition", 'attachment; filename="none"')
    )
    sources = [path for path in HUB.rglob("*.py") if "Content-Disposition" in path.read_text(encoding="utf-8")]
    assert sources
    for path in sources:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "Content-Disposition" in line:
                assert not re.search(r"request\.|GET|POST|title", line), (path.name, line)


MADE_BY_THE_HUB = {
    "href", "change", "tab.href", "was.href", "signal.href", "before", "after", "hit.href", "way.url", "step.href", "security",
    "logout", "link.href", "one.href", "keys", "plan_href", "ask_href", "asking_href", "willing_href",  # all by `reverse`
    "told.batch.back",  # made when it is written (signals/views/bulk.py, by `reverse`)
    "page.source.url",  # of the catalogue that is shipped
}  # fmt: skip


def test_a_link_never_leads_to_a_script(cast: Cast) -> None:
    """Escaping alone would let `javascript:` through, so no template puts a text of people into an address."""
    told = re.compile(r"(?:href|action|src|formaction)=\"\{\{\s*([^}|]+)")
    names = {
        match[1].strip()
        for path in HUB.glob("*/templates/**/*.html")
        for match in told.finditer(path.read_text("utf-8"))
    }
    assert names - MADE_BY_THE_HUB == set(), "say below why it cannot be a text of people, or do not make a link of it"
    assert all(not source.url or str(source.url).startswith("https://") for source in load_catalogue().sources.values())
    assert engines["django"].engine.autoescape
