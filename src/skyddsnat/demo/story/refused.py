"""Who must see nothing: an outsider, a curious member, a stolen token, an old token."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import httpx

from skyddsnat.demo.story.browser import Browser, Unexpected
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller
from skyddsnat.demo.world.organisations import OPERATORS
from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.accounts.services import issue_token, revoke_token
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Member
from skyddsnat.hub.signals.models import Signal
from skyddsnat.policy.vocabulary import State, TokenScope

REFUSED = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}


def play(tell: Teller, stage: Stage) -> None:
    """Raises ChapterOver at the first step that fails."""
    verified = stage.feed("verified")
    with tell.step("all five operators read the same verified feed") as step:
        counts = {
            name: sum(not thing.get("revoked") for thing in stage.machine(name).objects(verified)) for name in OPERATORS
        }
        if len(set(counts.values())) != 1 or not counts["alfa"]:
            raise Unexpected(f"they read {sorted(counts.values())} live indicators, expected the same for all")
        step.figure = f"{counts['alfa']} live indicators each"
    with tell.step("an outsider sees its own inbox alone, and no trace of the rest") as step:
        omega = stage.machine("omega")
        titles = omega.titles()
        _same_refusal(omega.status_of(verified), omega.status_of(str(uuid.uuid4())))
        if titles != [f"{stage.member('omega')['name']} inbox"]:
            raise Unexpected(f"{len(titles)} collections, expected its inbox alone")
        step.figure = "404, the same as for an unknown id"
    with (
        tell.step("a curious member finds no signal of a circle that it is not in") as step,
        stage.person("petra") as petra,
    ):
        petra.sign_in()
        signal = Signal.objects.filter(state=State.VERIFIED.value).values_list("pk", flat=True)[0]
        tried = _curious(petra, str(signal))
        step.figure = f"{tried} of {tried} pages answer as for an unknown id"
    _tokens(tell, stage, verified)


def _same_refusal(forbidden: httpx.Response, unknown: httpx.Response) -> None:
    if forbidden.status_code != httpx.codes.NOT_FOUND:
        raise Unexpected(f"a forbidden collection answered {forbidden.status_code}, expected 404")
    if (forbidden.status_code, forbidden.content) != (unknown.status_code, unknown.content):
        raise Unexpected("a forbidden collection and an unknown one answer differently")


def _curious(person: Browser, signal: str) -> int:
    """Every page of the signal answers as for an id that nobody has: 404, or 403 where her roles alone shut the page."""
    pages = (f"/signals/{signal}/", f"/signals/{signal}/review/", f"/agents/{_agent_of('alfa')}/")
    for page in pages:
        there, unknown = person.get(page), person.get(_unknown(page))
        if there.status not in {404, 403} or there.status != unknown.status:
            raise Unexpected(f"{page} answered {there.status}, an unknown one {unknown.status}, expected 404 for both")
    if person.get(pages[0]).status != httpx.codes.NOT_FOUND:
        raise Unexpected("a signal's page did not answer 404")
    if signal in person.get("/signals/").text:
        raise Unexpected("the list shows a signal of another circle")
    return len(pages)


def _unknown(page: str) -> str:
    start, _, rest = page.removeprefix("/").partition("/")
    known, _, end = rest.partition("/")
    return f"/{start}/{uuid.uuid4() if '-' in known else 10**9}/{end}"


def _agent_of(member: str) -> int:
    return int(Agent.objects.filter(member_id=member).values_list("pk", flat=True)[0])


def _tokens(tell: Teller, stage: Stage, verified: str) -> None:
    with tell.step("a stolen token for statistics opens no feed") as step:
        answer = stage.machine("alfa", scope="stats").status_of(verified)
        step.figure = str(_refused(answer))
    with tell.step("a token for the feed cannot speak for the agent") as step:
        token = stage.member("alfa")["tokens"]["taxii"]
        answer = httpx.post(
            f"{stage.base_url}/api/agent/report", json={}, headers={"Authorization": f"Bearer {token}"}, timeout=10
        )
        step.figure = str(_refused(answer))
    with tell.step("another member's name with a stolen token is refused") as step:
        stolen = stage.member("alfa")["tokens"]["taxii"]
        step.figure = str(_refused(stage.machine("beta", token=stolen).status_of(verified)))
    member = Member.objects.get(pk="alfa")
    with tell.step("a revoked token opens nothing") as step:
        row, plain = issue_token(HUB, member, label="revoked in the story", scopes=[TokenScope.TAXII], days=1)
        _opens(stage, plain, verified)
        revoke_token(HUB, row)
        step.figure = f"200 before, {_refused(stage.machine('alfa', token=plain).status_of(verified))} after"
    with tell.step("an expired token opens nothing") as step:
        row, plain = issue_token(HUB, member, label="expired in the story", scopes=[TokenScope.TAXII], days=1)
        _opens(stage, plain, verified)
        ApiToken.objects.filter(pk=row.pk).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        step.figure = f"200 before, {_refused(stage.machine('alfa', token=plain).status_of(verified))} after"
        revoke_token(HUB, row)
    with tell.step("without a token nothing answers but 401, and the pages ask to sign in") as step:
        answer = httpx.get(f"{stage.root()}collections/", headers={"Accept": "application/taxii+json"}, timeout=10)
        page = httpx.get(f"{stage.base_url}/signals/", timeout=10)
        if page.status_code != httpx.codes.FOUND:
            raise Unexpected(f"a page without sign-in answered {page.status_code}, expected a redirect to sign in")
        step.figure = f"{_refused(answer)} and 302"


def _opens(stage: Stage, token: str, collection: str) -> None:
    answer = stage.machine("alfa", token=token).status_of(collection)
    if answer.status_code != httpx.codes.OK:
        raise Unexpected(f"a good token answered {answer.status_code}, expected 200")


def _refused(answer: httpx.Response) -> int:
    if answer.status_code not in REFUSED:
        raise Unexpected(f"answered {answer.status_code}, expected 401 or 403")
    return answer.status_code
