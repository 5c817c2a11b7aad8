"""Pull: what the hub says is taken only if it is signed, fresh and exactly what the agent then holds."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import HubError
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.feedhead import FeedHead, sign
from skyddsnat.protocols.rpz import Row
from tests.agent.conftest import Site

Names = Callable[[int], list[str]]


def held_names(agent: Agent) -> set[str]:
    return {row.name for row in rows(agent)}


def rows(agent: Agent) -> list[Row]:
    collections = map(str, agent.config.hub.collections)
    return list(agent.state.feed.rows(collections, origins=agent.config.list.origins).values())


def test_a_pull_takes_every_page_and_then_only_what_is_new(site: Site, names: Names) -> None:
    site.hub.page = 7
    listed = names(20)
    ids = [site.hub.verify(name) for name in listed]
    agent = site.agent()
    assert agent.pull().news == 20
    assert held_names(agent) == set(listed)
    site.hub.withdraw(ids[3])
    site.hub.verify("new.test")
    pulled = agent.pull()
    assert (pulled.news, pulled.count, pulled.reasons) == (2, 20, ())
    assert held_names(agent) == {*listed, "new.test"} - {listed[3]}


def test_a_quiet_feed_costs_one_request_a_poll(site: Site) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    site.hub.requests.clear()
    agent.pull()
    assert [request.rsplit("/", 2)[1] for request in site.hub.requests] == ["head"]


def test_an_empty_feed_is_a_feed(site: Site) -> None:
    agent = site.agent()
    assert agent.planner.plan() is None
    assert agent.pull().reasons == ()
    assert agent.planner.plan() is not None


def test_scope_origin_and_end_come_from_the_object(site: Site) -> None:
    until = site.clock() + timedelta(days=3)
    site.hub.verify("host.test", scope="exact", until=until)
    site.hub.verify("odd.test", scope="galaxy")
    agent = site.agent()
    agent.pull()
    found = {row.name: row for row in rows(agent)}
    assert found["host.test"].scope is Scope.EXACT
    assert found["odd.test"].scope is Scope.EXACT, "an unknown scope is the narrow one"
    ends = found["host.test"].until
    assert ends is not None
    assert abs(ends - until) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({"ceiling": "observe"}, 0),
        ({"ceiling": "inform"}, 0),
        ({"ceiling": "none"}, 0),
        ({"ceiling": "destroy"}, 1),
        ({"state": "corroborated"}, 0),
        ({"state": "beatified"}, 0),
        ({"origin": "operator"}, 0),
    ],
)
def test_only_a_verified_block_of_police_or_hotline_may_block(site: Site, fields: dict[str, str], counted: int) -> None:
    site.hub.verify("maybe.test", **fields)
    agent = site.agent()
    agent.pull()
    assert held_names(agent) == set()
    assert agent.state.feed.faults(map(str, agent.config.hub.collections))["unknown_ceiling"] == counted


def test_an_operator_without_the_hotline_rule_blocks_police_verdicts_only(site: Site) -> None:
    site.configure(block_origins='["police"]')
    site.hub.verify("police.test", origin="police")
    site.hub.verify("hotline.test", origin="hotline")
    agent = site.agent()
    agent.pull()
    assert held_names(agent) == {"police.test"}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("192.0.2.7", "unreadable"),
        ("https://bad.test/", "url_as_domain"),
        ("*.bad.test", "unreadable"),
        ("bad_name.test", "unreadable"),
        ("p\u0430ypal.test", "mixed_scripts"),
        ("xn--pypal-4ve.test", "mixed_scripts"),
        ("a..test", "unreadable"),
    ],
)
def test_an_address_a_url_and_a_mixed_script_are_counted_and_never_compiled(site: Site, value: str, fault: str) -> None:
    site.hub.verify(value)
    agent = site.agent()
    agent.pull()
    assert held_names(agent) == set()
    assert agent.state.feed.faults(map(str, agent.config.hub.collections)) == {fault: 1}
    assert agent.step().outcome is Outcome.HELD


def test_a_signal_on_a_url_never_becomes_a_block_of_its_host(site: Site) -> None:
    listed = site.hub.verify("page.test")
    site.hub.change(listed, pattern="[url:value = 'https://page.test/bad']")
    agent = site.agent()
    agent.pull()
    assert held_names(agent) == set()
    site.hub.change(listed, pattern="[domain-name:value = 'page.test']")
    agent.pull()
    assert held_names(agent) == set()
    assert agent.step().outcome is Outcome.HELD
    assert agent.pull(from_start=True).reasons == (), "and reading it all again finds no other content"
    site.hub.withdraw(listed)
    agent.pull()
    assert agent.step().outcome is Outcome.PUBLISHED


def test_two_extensions_that_speak_of_a_ceiling_make_none(site: Site) -> None:
    listed = site.hub.verify("bad.test")
    extensions = site.hub.listings[listed].thing["extensions"]
    twice = {**extensions, f"extension-definition--{uuid4()}": next(iter(extensions.values()))}
    site.hub.change(listed, extensions=twice)
    agent = site.agent()
    agent.pull()
    assert held_names(agent) == set()


def flipped(text: str, place: int) -> str:
    return text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]


@pytest.mark.parametrize("place", [3, 40, 90, 110, 130, 200])
def test_a_flipped_byte_in_the_head_is_refused(site: Site, place: int) -> None:
    site.hub.verify("bad.test")
    site.hub.head_trick = lambda head: {**head, "head": flipped(head["head"], place)}
    agent = site.agent()
    assert agent.pull().reasons == (Reason.BAD_SIGNATURE,)
    assert held_names(agent) == set()


def test_a_flipped_byte_in_the_signature_is_refused(site: Site) -> None:
    def trick(head: dict[str, str]) -> dict[str, str]:
        raw = bytearray(base64.b64decode(head["signature"]))
        raw[17] ^= 1
        return {**head, "signature": base64.b64encode(raw).decode()}

    site.hub.head_trick = trick
    assert site.agent().pull().reasons == (Reason.BAD_SIGNATURE,)


@pytest.mark.parametrize("missing", ["head", "signature"])
def test_an_unsigned_feed_is_refused(site: Site, missing: str) -> None:
    site.hub.verify("bad.test")
    site.hub.head_trick = lambda head: {key: value for key, value in head.items() if key != missing}
    agent = site.agent()
    assert agent.pull().reasons == (Reason.NO_HEAD,)
    assert held_names(agent) == set()


def test_another_key_is_refused_even_if_the_hub_vouches_for_it(site: Site) -> None:
    agent = site.agent()
    site.hub.verify("bad.test")
    site.hub.key = Ed25519PrivateKey.generate()
    assert agent.pull().reasons == (Reason.BAD_SIGNATURE,)


def test_the_head_of_another_collection_is_refused(site: Site) -> None:
    def trick(head: dict[str, str]) -> dict[str, str]:
        other = FeedHead.parse(head["head"].replace(str(site.hub.collection), str(uuid4())))
        return sign(other, site.hub.key).document()

    site.hub.head_trick = trick
    assert site.agent().pull().reasons == (Reason.OTHER_COLLECTION,)


def test_an_older_head_played_back_is_refused_and_the_newer_list_stays(site: Site) -> None:
    listed = site.hub.verify("bad.test")
    agent = site.agent()
    old = site.hub.head()
    site.hub.withdraw(listed)
    agent.pull()
    site.hub.head_trick = lambda _: old
    assert agent.pull().reasons == (Reason.OLDER_HEAD,)
    assert held_names(agent) == set()


def test_an_agent_that_restarts_still_knows_the_newest_head(site: Site) -> None:
    old = site.hub.head()
    site.hub.verify("bad.test")
    site.agent().pull()
    site.hub.head_trick = lambda _: old
    assert Reason.OLDER_HEAD in site.agent().pull().reasons


def test_a_stale_head_is_refused(site: Site) -> None:
    site.hub.verify("bad.test")
    old = site.hub.head()
    site.hub.head_trick = lambda _: old
    site.clock.move(hours=1, seconds=2)
    assert site.agent().pull().reasons == (Reason.STALE_HEAD,)


def test_a_head_from_the_future_is_refused(site: Site) -> None:
    site.hub.clock = lambda: site.clock() + timedelta(hours=1)
    assert site.agent().pull().reasons == (Reason.HEAD_FROM_FUTURE,)


def test_an_object_kept_back_by_the_hub_is_noticed(site: Site, names: Names) -> None:
    """Signed for four, sent three: somebody between the key and the agent leaves one out."""
    for name in names(4):
        site.hub.verify(name)
    site.hub.object_trick = lambda thing: {**thing, "revoked": True} if thing["pattern"].count("00002") else thing
    agent = site.agent()
    assert agent.pull().reasons == (Reason.COUNT_MISMATCH, Reason.DIGEST_MISMATCH)
    assert held_names(agent) == set(), "nothing that is not vouched for is kept"


def test_an_object_slipped_in_is_noticed_and_the_good_set_stays(site: Site) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    good = site.hub.head()
    site.hub.verify("lawful.test")
    head = FeedHead.parse(good["head"])
    forged = FeedHead(
        collection=head.collection,
        position=head.position + 5000,
        count=head.count,
        sha256=head.sha256,
        content=head.content,
        time=site.clock().replace(microsecond=0),
    )
    site.hub.head_trick = lambda _: sign(forged, site.hub.key).document()
    assert Reason.DIGEST_MISMATCH in agent.pull().reasons
    assert held_names(agent) == {"bad.test"}


def test_a_name_swapped_under_its_id_and_version_is_noticed_at_the_first_reading(site: Site) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    site.hub.object_trick = lambda thing: {**thing, "pattern": "[domain-name:value = 'lawful.test']"}
    assert Reason.DIGEST_MISMATCH in agent.pull().reasons
    assert held_names(agent) == set()
    site.hub.object_trick = None
    assert agent.pull().reasons == ()
    assert held_names(agent) == {"bad.test"}


def test_a_version_that_changed_its_content_is_noticed_when_the_feed_is_read_again(site: Site) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    site.hub.object_trick = lambda thing: {**thing, "pattern": "[domain-name:value = 'lawful.test']"}
    assert agent.pull(from_start=True).reasons == (Reason.CHANGED_OBJECT,)
    assert held_names(agent) == {"bad.test"}


def test_a_hub_that_writes_while_the_agent_reads_is_no_fault(site: Site) -> None:
    """A name is listed between the head and the objects: the agent asks for the head again."""
    site.hub.verify("bad.test")
    late = iter(["late1.test", "late2.test"])

    def trick(head: dict[str, str]) -> dict[str, str]:
        if (name := next(late, None)) is not None:
            site.hub.verify(name)
        return head

    site.hub.head_trick = trick
    agent = site.agent()
    assert agent.pull().reasons == ()
    assert held_names(agent) == {"bad.test", "late1.test", "late2.test"}


def test_pages_that_go_in_circles_end_with_a_clear_line(site: Site, names: Names) -> None:
    for name in names(3):
        site.hub.verify(name)
    site.hub.circling = True
    agent = site.agent()
    with pytest.raises(HubError, match="pages do not end"):
        agent.pull()


def test_an_unchanged_tail_is_answered_without_a_body(site: Site) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    list(agent.client.pages(site.hub.collection, after=10**17))
    again = list(agent.client.pages(site.hub.collection, after=10**17))
    assert [page.objects for page in again] == [[]]
    assert agent.client._etags, "the second answer came from the ETag"


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "token"), (403, "scope"), (404, "circle"), (500, "expected 200"), (503, "expected 200")],
)
def test_a_refusing_hub_is_one_clear_line_and_a_noted_fault(site: Site, status: int, advice: str) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    site.hub.status = status
    with pytest.raises(HubError, match=f"{status}.*{advice}"):
        agent.pull()
    assert "hub" in agent.status().faults
    assert held_names(agent) == {"bad.test"}
    site.hub.status = None
    agent.pull()
    assert agent.status().faults == {}


def test_a_short_trouble_of_the_hub_is_ridden_out(site: Site) -> None:
    site.hub.verify("bad.test")
    waits: list[float] = []

    def recover(seconds: float) -> None:
        waits.append(seconds)
        site.hub.status = None

    agent = Agent.open(site.agent().config, clock=site.clock, sleep=recover)
    site.hub.status = 503
    assert agent.pull().news == 1
    assert waits == [0.2]
    agent.close()


def test_a_hub_that_is_down_takes_nothing_away(site: Site) -> None:
    site.hub.verify("bad.test")
    agent = site.agent()
    agent.pull()
    site.hub.stop()
    with pytest.raises(HubError, match="list in force stays"):
        agent.pull()
    assert held_names(agent) == {"bad.test"}


def test_the_agent_follows_no_redirect(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another address would get the token."""
    import httpx

    asked: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": "https://else.test/"})

    agent = site.agent()
    transport = httpx.MockTransport(elsewhere)
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda self, request: transport.handle_request(request))
    with pytest.raises(HubError):
        agent.pull()
    assert "else.test" not in asked
    assert asked
