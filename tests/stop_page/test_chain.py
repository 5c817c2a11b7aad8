"""The whole way, with real servers: a complaint, a joint case, a lift, and the operator's resolver answers again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as hub_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.report import report_payload
from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.services import sequence
from skyddsnat.hub.complaints.models import Case, Complaint
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.policy.vocabulary import Scope
from tests.agent.conftest import BASE, HOT, TSIG_SECRET, Clock, Site
from tests.cast import Cast
from tests.hub.signals.conftest import Stage
from tests.servers.knot import Knot
from tests.servers.unbound import ANSWERED, STOPPED, Unbound
from tests.stop_page.conftest import await_true
from tests.stop_page.running import running

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

NAME = "fel.test"


@dataclass(slots=True)
class RealHub:
    """The hub of this test, as a site knows its hub."""

    url: str
    collection: UUID
    public_key: str
    log: RealHub | None = None

    @property
    def signer(self) -> RealHub:
        return self

    @property
    def key(self) -> RealHub:
        return self

    def text(self) -> str:
        """The log's key."""
        return ensure_log_key().text()

    def stop(self) -> None:
        """It ends with the test."""


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast, now=timezone.now())


@pytest.fixture
def site(tmp_path: Path, stage: Stage, live_server: object) -> Iterator[Site]:
    """Alfa's Knot, Unbound and agent, at the hub of this test."""
    key = ensure_key(hub_settings.FEED_KEY_FILE)
    _, verified = feeds.feeds(stage.cast.circle.pk)
    hub = RealHub(str(live_server.url), verified.pk, key)  # type: ignore[attr-defined]
    hub.log = hub
    knot = Knot.make(tmp_path / "knot", hot_zone=HOT, base_zone=BASE, key_secret=TSIG_SECRET)
    unbound = Unbound.make(tmp_path / "unbound", lawful=knot.endpoint, hot_zone=HOT, base_zone=BASE)
    knot.with_resolvers(unbound.endpoint)
    place = Site(tmp_path, hub, Clock(), knot, unbound)  # type: ignore[arg-type]
    try:
        knot.start()
        unbound.start()
        place.configure()
        for scope in ("taxii", "stats"):
            (tmp_path / f"{scope}.token").write_text(stage.cast.token("alfa", scope))
        yield place
    finally:
        place.close()


def take(agent: Agent) -> None:
    """A round of the agent's: pull, publish, prove, report."""
    sequence()
    assert agent.pull().reasons == ()
    agent.settle(agent.step(), wait_seconds=60)
    agent.verify()
    agent.client.report(report_payload(agent.status(), name="alfa-1", now=agent.clock()))


def test_from_the_stop_page_to_an_answer_at_the_resolver(
    tmp_path: Path, site: Site, stage: Stage, live_server: object, client: Client
) -> None:
    cast, unbound, agent = stage.cast, site.unbound, site.agent()
    assert unbound is not None
    stage.verified(NAME, scope=Scope.SUBDOMAINS)
    take(agent)
    assert unbound.look_up(f"www.{NAME}") == STOPPED
    token = tmp_path / "complaints.token"
    token.write_text(cast.token("alfa", "complaints"))
    with running(tmp_path / "stop", hub_url=site.hub.url, token_file=token) as page, page.visitor() as visitor:
        taken = page.complain(visitor, what=f"http://www.{NAME}/", reason="not_illegal", contact="jag@post.test")
        assert taken.status_code == 200
        await_true(Complaint.objects.exists)
    complaint = Complaint.objects.select_related("case").get()
    assert complaint.receipt in taken.text
    assert page.traces(NAME, "jag@post.test") == []
    take(agent)
    assert unbound.look_up(f"www.{NAME}") == STOPPED, "a complaint alone lifts nothing"
    case = reverse("complaints:case", args=[complaint.case_id])
    police = cast.sign_in(Client(), cast.person("vakten", "reviewer"))
    block = complaint.case.blocks.get()
    police.post(f"{case}judge/", {"act": "suspend", "block": block.pk})
    take(agent)
    assert unbound.look_up(f"www.{NAME}") == unbound.look_up(NAME) == ANSWERED
    hotline = cast.sign_in(Client(), cast.person("solros", "reviewer"))
    hotline.post(f"{case}judge/", {"act": "lifted", "block": block.pk})
    desk = cast.sign_in(Client(), cast.person("alfa", "analyst"))
    shown = desk.post(reverse("complaints:contact", args=[complaint.pk]))
    assert "jag@post.test" in shown.content.decode()
    desk.post(reverse("complaints:replied", args=[complaint.pk]))
    block.refresh_from_db()
    complaint.refresh_from_db()
    found = Case.objects.get()
    assert found.outcome == "lifted"
    steps = [
        complaint.sent_at,
        complaint.received_at,
        block.lifted_at,
        block.reached_at,
        found.decided_at,
        complaint.replied_at,
    ]
    assert None not in steps
    assert steps == sorted(steps)  # type: ignore[type-var]
    assert complaint.lifted_here_at == block.reached_at
