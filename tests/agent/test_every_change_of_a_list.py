"""A list that was damaged on its way: every single byte of it changed, and every end cut off.  Nothing of it is taken."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator

import httpx
import orjson
import pytest

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.config import load
from skyddsnat.agent.enforce import Outcome
from skyddsnat.agent.errors import AgentError, HubError
from skyddsnat.agent.indicator import parse_indicator
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.protect import ProtectList
from skyddsnat.protocols.feedhead import BadFeedHead, set_digest, verify
from tests.agent.conftest import Site
from tests.agent.fake_hub import FakeHub
from tests.survival.zones import blocked


def every_byte(text: bytes, others: Callable[[int], Iterator[int]]) -> Iterator[bytes]:
    """The text with one byte changed, for each byte and each other value of it."""
    for place, byte in enumerate(text):
        for other in others(byte):
            yield text[:place] + bytes([other]) + text[place + 1 :]


def all_values(byte: int) -> Iterator[int]:
    return (other for other in range(256) if other != byte)


def flipped_bits(byte: int) -> Iterator[int]:
    return (byte ^ 1 << bit for bit in range(8))


def taken(text: bytes) -> list[tuple[str, int, str]] | None:
    """What the agent's own reading makes of an envelope, for the digest; None where it refuses it."""
    try:
        body = orjson.loads(text)
        objects = body["objects"]
        found = [parse_indicator(thing) for thing in objects]
        return [(one.stix_id, one.version, one.said) for one in found if one is not None and one.live]
    except (ValueError, KeyError, TypeError, AttributeError, HubError):
        return None


def test_every_single_byte_change_of_a_small_list_is_refused() -> None:
    """All 255 other values of every byte: what can still be read is not the set that the hub has signed."""
    hub = FakeHub()
    hub.verify("bad.test")
    (thing,) = hub.objects(after=0)[0]["objects"][1:]
    whole = orjson.dumps({"objects": [thing]})
    good = set_digest(taken(whole) or ())
    assert f"content {good.content}\n" in hub.head()["head"]
    readable = 0
    for changed in every_byte(whole, all_values):
        found = taken(changed)
        if found is not None:
            readable += 1
            assert set_digest(found) != good or orjson.loads(changed)["objects"] == [thing], changed
    assert readable > 1000, "many changes can be read; the digest alone finds them"


def test_every_single_bit_of_a_signed_head_is_found() -> None:
    hub = FakeHub()
    hub.verify("bad.test")
    answer = hub.head()
    assert verify(answer, key=hub.public_key).count == 1
    for part in ("head", "signature"):
        for changed in every_byte(answer[part].encode(), flipped_bits):
            forged = {**answer, part: changed.decode("latin-1")}
            if part == "signature" and same_bytes(forged[part], answer[part]):
                continue  # the last letter of a base64 text has bits that say nothing
            with pytest.raises(BadFeedHead):
                verify(forged, key=hub.public_key)


def same_bytes(one: str, other: str) -> bool:
    try:
        return base64.b64decode(one, validate=True) == base64.b64decode(other)
    except ValueError:
        return False


class InProcess(httpx.BaseTransport):
    """The fake hub without a network.  harm: what is made of each page's bytes."""

    def __init__(self, hub: FakeHub) -> None:
        self.hub = hub
        self.harm: Callable[[bytes], bytes] = lambda text: text

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/head/"):
            return httpx.Response(200, json=self.hub.head())
        if not request.url.path.endswith("/objects/"):
            return httpx.Response(404)
        body, headers = self.hub.objects(after=int(request.url.params["next"], 36))
        return httpx.Response(200, content=self.harm(json.dumps(body).encode()), headers=headers)


@pytest.fixture
def wired(site: Site) -> tuple[Site, Agent, InProcess]:
    """A site with one name in force and one that comes."""
    wire = InProcess(site.hub)
    agent = Agent.open(
        load(site.config_file), clock=site.clock, sleep=lambda _: None, transport=wire, protect=ProtectList.build()
    )
    site.hub.verify("kept.test")
    assert agent.pull().reasons == ()
    assert agent.step().outcome is Outcome.PUBLISHED
    site.hub.verify("new.test")
    return site, agent, wire


def take(agent: Agent) -> tuple[Reason, ...] | None:
    """The reasons of a pull, None where the hub's answer could not even be read; and then a step."""
    try:
        return agent.pull().reasons
    except AgentError:
        return None
    finally:
        agent.step()


def test_a_list_cut_off_at_any_place_is_not_taken_and_comes_when_it_is_whole(
    wired: tuple[Site, Agent, InProcess],
) -> None:
    site, agent, wire = wired
    length = len(json.dumps(site.hub.objects(after=0)[0]).encode())
    for end in range(0, length, 41):
        wire.harm = lambda text, end=end: text[: min(end, len(text) - 1)]
        assert take(agent) is None, end
        assert blocked(site.zone_dir) == {"kept.test"}
    wire.harm = lambda text: text
    assert take(agent) == ()
    assert blocked(site.zone_dir) == {"kept.test", "new.test"}
    assert agent.status().list_hold is None


@pytest.mark.parametrize("left", range(4))
def test_a_list_that_lacks_its_end_but_reads_well_is_not_taken(wired: tuple[Site, Agent, InProcess], left: int) -> None:
    site, agent, wire = wired
    for name in ("more1.test", "more2.test", "more3.test"):
        site.hub.verify(name)

    def cut(text: bytes) -> bytes:
        body = json.loads(text)
        indicators = [thing for thing in body.get("objects", ()) if thing["type"] == "indicator"]
        return json.dumps({"objects": indicators[:left]} if indicators else body).encode()

    wire.harm = cut
    assert take(agent) in {(Reason.COUNT_MISMATCH, Reason.DIGEST_MISMATCH), (Reason.HISTORY_LOST,)}
    assert blocked(site.zone_dir) == {"kept.test"}
    wire.harm = lambda text: text
    assert take(agent) == ()
    assert len(blocked(site.zone_dir)) == 5


def test_an_older_list_is_not_taken_and_the_newer_stays(wired: tuple[Site, Agent, InProcess]) -> None:
    site, agent, _ = wired
    old = site.hub.head()
    site.clock.move(minutes=1)
    assert take(agent) == ()
    gone = next(iter(site.hub.listings))
    site.hub.withdraw(gone)
    site.clock.move(minutes=1)
    assert take(agent) == ()
    site.hub.head_trick = lambda _: old
    assert take(agent) == (Reason.OLDER_HEAD,)
    assert blocked(site.zone_dir) == {"new.test"}, "what was withdrawn since does not come back with the older list"
    site.hub.head_trick = None
    assert take(agent) == ()


def test_every_byte_of_a_zone_file_counts_and_a_changed_one_is_put_right(wired: tuple[Site, Agent, InProcess]) -> None:
    site, agent, _ = wired
    path = site.zone_dir / "hot.zone"
    good = path.read_bytes()
    for number, changed in enumerate(every_byte(good, lambda byte: iter([byte ^ 1]))):
        path.write_bytes(changed)
        assert not all(agent.publisher.files_are_right().values())
        if number % 100 == 0:
            agent.publisher.repair()
            assert path.read_bytes() == good
    agent.publisher.repair()
    assert path.read_bytes() == good
