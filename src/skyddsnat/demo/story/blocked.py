"""The main story: two operators see a name, hotline and police judge it, a real resolver stops it, police take it back."""

from __future__ import annotations

import secrets
import time

from skyddsnat.agent.status import AgentState, Status
from skyddsnat.demo.story import rolled_back
from skyddsnat.demo.story.browser import Browser, Page, Unexpected
from skyddsnat.demo.story.machine import holds
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller, seconds_until
from skyddsnat.policy.normal_form import defang
from skyddsnat.policy.vocabulary import Basis, Marking, Scope, SignalType


def play(tell: Teller, stage: Stage) -> None:
    """Raises ChapterOver at the first step that fails."""
    name = f"berattelse-{secrets.token_hex(4)}.test"
    signal = _reported(tell, stage, name)
    _judged_by_the_hotline(tell, stage, name, signal)
    _judged_by_the_police(tell, stage, name, signal)
    rolled_back.play(tell, stage, name)
    _withdrawn(tell, stage, name, signal)


def _reported(tell: Teller, stage: Stage, name: str) -> str:
    pattern = f"[domain-name:value = '{name}']"
    with tell.step("the name resolves at Alfa's resolver before anyone reports it") as step:
        took = seconds_until(lambda: stage.site.resolves(f"www.{name}"), what="an address")
        step.figure = f"{took * 1000:.0f} ms"
    with tell.step("Alfa hands in a whole domain by TAXII") as step:
        alfa = stage.machine("alfa")
        alfa.submit(stage.member("alfa")["inbox"], pattern, scope="subdomains")
        step.figure = "202, 1 of 1 taken"
    with tell.step("nobody else sees it: not in any feed of another operator") as step:
        gamma = stage.machine("gamma")
        if holds(gamma.objects(stage.feed("inform")), name) or holds(gamma.objects(stage.feed("verified")), name):
            raise Unexpected("an unverified name is in a feed")
        step.figure = "0 of 2 feeds"
    with (
        tell.step("Amir at Beta reports the same name by form: it is corroborated") as step,
        stage.person("amir") as amir,
    ):
        amir.sign_in()
        _report_by_form(amir, name, circle=stage.circle())
        took = seconds_until(lambda: holds(gamma.objects(stage.feed("inform")), name), what="in the inform feed")
        if holds(gamma.objects(stage.feed("verified")), name):
            raise Unexpected("a corroborated name is in the verified feed")
        step.figure = f"in inform after {took:.1f} s, not in verified"
    return _signal_id(name)


def _report_by_form(person: Browser, name: str, *, circle: str) -> None:
    page = person.send(
        person.get("/signals/new/"),
        "",
        type=SignalType.DOMAIN.value,
        value=name,
        scope=Scope.SUBDOMAINS.value,
        circle=circle,
        marking=Marking.AMBER_STRICT.value,
        basis=Basis.OWN_OBSERVATION.value,
    )
    if page.path == "/signals/new/":
        raise Unexpected(f"the form was not taken ({page.status})")


def _judged_by_the_hotline(tell: Teller, stage: Stage, name: str, signal: str) -> None:
    with stage.person("sofia") as sofia:
        with tell.step("Sofia at the hotline signs in with password and code"):
            sofia.sign_in()
        with tell.step("Sofia reveals the address, with a reason that is logged") as step:
            shown = defang(name)
            page = sofia.get(f"/signals/{signal}/review/")
            if shown in page.text or name in page.text:
                raise Unexpected("the address stands on the page before it is revealed")
            page = sofia.send(page, "/reveal/", reason="review", note="Jämför stavningen med underlaget")
            if shown not in page.text:
                raise Unexpected(f"the address is not shown ({page.status} at {page.path})")
            step.figure = "masked before, shown once"
        with tell.step("Sofia approves: one of two, and nothing is blocked yet") as step:
            approve(sofia, signal)
            time.sleep(2.5)  # longer than the agent's poll
            if not stage.site.resolves(f"www.{name}"):
                raise Unexpected("the name was stopped on one organisation's word")
            step.figure = "still resolves after 2.5 s"


def _judged_by_the_police(tell: Teller, stage: Stage, name: str, signal: str) -> None:
    with stage.person("jonas") as jonas:
        with tell.step("Jonas at the police signs in with password and code"):
            jonas.sign_in()
        before = stage.site.reported()["list_sha256"]
        with tell.step("Jonas approves: Alfa's agent pulls and Unbound stops the whole domain") as step:
            began = time.monotonic()
            approve(jonas, signal)
            seconds_until(lambda: stage.site.is_stopped(f"www.{name}"), what="stopped")
            step.figure = f"{time.monotonic() - began:.2f} s from the second approval"
        with tell.step("the agent proves it by a canary and tells the hub") as step:
            seconds_until(
                lambda: _is_live_with_another(stage.site.stands(), before),
                what="live with the new list",
                pause=0.2,
            )
            if not stage.site.resolves("www.lagligt.test"):
                raise Unexpected("a lawful name is stopped")
            step.figure = f"{stage.site.reported()['measured']['publish_seconds']:.2f} s from publish to every resolver"


def _is_live_with_another(now: Status, before: str) -> bool:
    return now.state == AgentState.LIVE and now.live is not None and now.live.version != before


def _withdrawn(tell: Teller, stage: Stage, name: str, signal: str) -> None:
    with (
        tell.step("the police withdraw: the name resolves again") as step,
        stage.person("anna") as anna,
    ):
        anna.sign_in()
        page = anna.get(f"/signals/{signal}/")
        began = time.monotonic()
        page = anna.send(page, "/withdraw/", reason="gone")
        if page.status >= 400:
            raise Unexpected(f"the withdrawal answered {page.status}")
        seconds_until(lambda: stage.site.resolves(f"www.{name}"), what="an address again")
        step.figure = f"{time.monotonic() - began:.2f} s from the withdrawal"


def approve(person: Browser, signal: str) -> Page:
    """Say yes on the review page, with every line of the checklist.  Raises Unexpected."""
    page = person.get(f"/signals/{signal}/review/")
    form = page.form("/approve/")
    fields: dict[str, str | list[str]] = {"checklist": form.offered.get("checklist", [])}
    bases = [basis for basis in form.offered.get("basis", []) if basis]
    if bases:
        fields["basis"] = bases[0]
    answer = person.send(page, "/approve/", **fields)
    if answer.status >= 400 or answer.path.endswith(("/approve/", f"{signal}/review/")):
        raise Unexpected(f"the approval was not taken ({answer.status} at {answer.path})")
    return answer


def _signal_id(name: str) -> str:
    """The page's address holds an id and never the name, so a person comes there from a list; the story looks it up."""
    from skyddsnat.hub.signals.models import Signal

    return str(Signal.objects.with_values([("domain", name)]).get().pk)
