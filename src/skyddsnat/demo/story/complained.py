"""A customer complains at the stop page: one joint case, a lift everywhere, a decision and a reply, each with its time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx

from skyddsnat.demo.story.browser import Browser, Unexpected
from skyddsnat.demo.story.forms import read_forms
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller, seconds_until

if TYPE_CHECKING:
    from skyddsnat.hub.complaints.models import Complaint

FASTEST = 2.1
"""Seconds: a form that comes back sooner was filled in by a machine, and is refused."""
FORM = "/_stop/en/complaint"
CONTACT = "kund@post.test"


def play(tell: Teller, stage: Stage) -> None:
    """Raises ChapterOver at the first step that fails."""
    name = _a_name_in_force()
    with tell.step("a customer who meets Alfa's stop page complains about a blocked name") as step:
        if not stage.site.is_stopped(f"www.{name}"):
            raise Unexpected("the name is not blocked, expected one that is")
        before = _latest().pk
        _complain(stage, name)
        took = seconds_until(lambda: _latest().pk != before, what="the complaint at the hub")
        step.figure = f"at the hub after {took:.1f} s; nothing is lifted by it"
    complaint = _latest()
    case, block = f"/complaints/{complaint.case_id}/", str(complaint.case.blocks.get().pk)
    with tell.step("no trace of the customer stands in any file of the stop page") as step:
        folder = stage.stop_page.folder
        files = [path for path in folder.rglob("*") if path.is_file()]
        traces = [name.encode(), CONTACT.encode()]
        if found := [path.name for path in files if any(trace in path.read_bytes() for trace in traces)]:
            raise Unexpected(f"something stands in {', '.join(found)}")
        step.figure = f"{len(files)} files searched"
    with (
        tell.step("Jonas at the police suspends the block meanwhile: the name resolves again") as step,
        stage.person("jonas") as jonas,
    ):
        jonas.sign_in()
        began = time.monotonic()
        _judge(jonas, case, block, "suspend")
        seconds_until(lambda: stage.site.resolves(f"www.{name}"), what="an address again")
        step.figure = f"{time.monotonic() - began:.2f} s from his word"
    with (
        tell.step("Sofia at the hotline decides: the block was wrong") as step,
        stage.person("sofia") as sofia,
    ):
        sofia.sign_in()
        _judge(sofia, case, block, "lifted")
        complaint.case.refresh_from_db()
        if complaint.case.outcome != "lifted":
            raise Unexpected(f"the case ended as {complaint.case.outcome or 'open'}, expected lifted")
        step.figure = "lifted, with a reply ready in two languages"


def _complain(stage: Stage, name: str) -> None:
    with httpx.Client(base_url=stage.stop_page.url, timeout=10) as visitor:
        page = visitor.get(FORM)
        form = next(one for one in read_forms(page.text) if "what" in one.values or "what" in one.offered)
        time.sleep(FASTEST)
        sent = form.filled({"what": f"http://www.{name}/", "reason": "not_illegal", "contact": CONTACT})
        answer = visitor.post(FORM, data=sent)
    if answer.status_code != httpx.codes.OK:
        raise Unexpected(f"the stop page answered {answer.status_code}, expected 200")


def _judge(person: Browser, case: str, block: str, act: str) -> None:
    answer = person.send(person.get(case), "/judge/", act=act, block=block)
    if answer.status >= 400:
        raise Unexpected(f"the judgement answered {answer.status}")


def _a_name_in_force() -> str:
    """A whole domain that is blocked and that nobody has complained about."""
    from skyddsnat.hub.signals.models import Signal
    from skyddsnat.policy.vocabulary import Ceiling, Scope, SignalType

    rows = Signal.objects.filter(
        type=SignalType.DOMAIN.value, ceiling=Ceiling.BLOCK.wire, scope=Scope.SUBDOMAINS.value, lifted=False
    )
    return str(rows.order_by("-verified_at")[0].value)


def _latest() -> Complaint:
    """The one that came in last; the demo's world has some."""
    from skyddsnat.hub.complaints.models import Complaint

    return Complaint.objects.select_related("case").latest("received_at")
