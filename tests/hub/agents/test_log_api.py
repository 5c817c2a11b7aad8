"""The log for witnesses: cheap to ask, proofs that fit, cosignatures that are what they say."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.agents.services import remove
from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.models import Entry, Witness
from skyddsnat.hub.audit.queries.witnesses import settled_size, witnesses
from skyddsnat.hub.audit.services import record, sequence
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.services import publish
from skyddsnat.hub.feed.services.logged import log_heads
from skyddsnat.hub.members.actor import HUB
from skyddsnat.protocols.log import (
    NoteSigner,
    check_consistency,
    check_inclusion,
    cosign,
    leaf_hash,
    read_checkpoint,
    read_entry,
)
from skyddsnat.protocols.log.note import COSIGNATURE_V1
from tests.hub.feed.indicators import listed


@pytest.fixture
def log(cast, settings, tmp_path):
    """A log of a few entries; returns its key."""
    settings.LOG_KEY_FILE = tmp_path / "log.key"
    key = ensure_log_key()
    grow()
    return key


def grow(count=3):
    for number in range(count):
        record(HUB, "member.joined", kind="member", object_id=number)
    sequence()


def ask(client, cast, path, *, member="alfa", scope="taxii", **headers):
    return client.get(f"/api/log/{path}", headers={"Authorization": f"Bearer {cast.token(member, scope)}", **headers})


def hand_in(client, cast, note, log, *, member="alfa", name="alfa-1", signer=None, **changes):
    signer = signer or NoteSigner(name, Ed25519PrivateKey.generate(), COSIGNATURE_V1)
    said = read_checkpoint(note, log)
    fields = {"agent": name, "key": signer.key.text(), "size": said.size}
    fields |= {"line": cosign(said, signer, now=timezone.now())} | changes
    token = cast.token(member, "stats")
    return client.post(
        "/api/log/cosignatures",
        json.dumps(fields),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_the_newest_checkpoint_is_a_signed_note(client, cast, log):
    answer = ask(client, cast, "checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = read_checkpoint(answer.content.decode(), log)
    assert said.size == Entry.objects.exclude(leaf_index=None).count()
    assert ask(client, cast, "key").content.decode().strip() == log.text()


def test_asking_again_costs_headers_alone_until_something_is_new(client, cast, log):
    first = ask(client, cast, "checkpoint")
    again = ask(client, cast, "checkpoint", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    grow()
    assert ask(client, cast, "checkpoint", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_a_poll_of_the_checkpoint_asks_the_database_no_more_than_the_token_needs_and_once(client, cast, log):
    ask(client, cast, "checkpoint")
    with CaptureQueriesContext(connection) as asked:
        ask(client, cast, "checkpoint")
    assert sum("audit_" in query["sql"] for query in asked) == 1


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("A text of one's own, of any kind.\n\n", ""),
        ("", "— someone AAAAAAAAAAAA\n"),
        ("", "— \ud800 AAAAAAAAAAAA\n"),
        ("", "— \x00 AAAAAAAAAAAA\n"),
        ("", "\n"),
    ],
)
def test_beside_a_cosignature_nothing_travels_along(client, cast, log, before, behind):
    """The line is kept and given out with the log: it must be no place for a text, nor for what a database does not take."""
    note = ask(client, cast, "checkpoint").content.decode()
    signer = NoteSigner("alfa-1", Ed25519PrivateKey.generate(), COSIGNATURE_V1)
    line = cosign(read_checkpoint(note, log), signer, now=timezone.now())
    answer = hand_in(client, cast, note, log, signer=signer, line=f"{before}{line}{behind}")
    assert answer.status_code == 409
    assert answer.json()["title"] == "bad_cosignature"
    assert not Witness.objects.exists()
    assert hand_in(client, cast, note, log, signer=signer, line=line).status_code == 200


def test_a_witness_can_prove_that_the_log_only_grew(client, cast, log):
    old = read_checkpoint(ask(client, cast, "checkpoint").content.decode(), log)
    grow(5)
    new = read_checkpoint(ask(client, cast, "checkpoint").content.decode(), log)
    answer = ask(client, cast, f"consistency?old={old.size}&new={new.size}").json()
    proof = [base64.b64decode(one) for one in answer["proof"]]
    check_consistency(old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root, proof=proof)


@pytest.mark.parametrize("query", ["", "old=0&new=2", "old=2&new=99", "old=3&new=2", "old=-1&new=2", "old=x&new=²"])
def test_sizes_that_the_log_does_not_have_are_404(client, cast, log, query):
    assert ask(client, cast, f"consistency?{query}").status_code == 404


def test_each_published_list_is_found_in_the_log(client, cast, log):
    _, verified = feeds.feeds(cast.circle.pk)
    publish(verified, [listed("a.example")], now=timezone.now())
    log_heads()
    sequence()
    said = read_checkpoint(ask(client, cast, "checkpoint").content.decode(), log)
    position = feeds.last_position(verified.pk)
    found = ask(client, cast, f"heads/{verified.pk}?position={position}&size={said.size}").json()
    proof = [base64.b64decode(one) for one in found["proof"]]
    leaf = leaf_hash(found["text"].encode())
    check_inclusion(leaf, index=found["entry"], size=said.size, proof=proof, root=said.root)
    facts = read_entry(found["text"].encode())["facts"]
    assert (facts["position"], facts["sha256"]) == (position, feeds.digest(verified.pk, at=position).set.sha256)
    for query in (f"position={position + 1}&size={said.size}", f"position={position}&size=1", f"position={position}"):
        assert ask(client, cast, f"heads/{verified.pk}?{query}").status_code == 404
    hidden = ask(client, cast, f"heads/{verified.pk}?position={position}&size={said.size}", member="omega")
    unknown = ask(client, cast, f"heads/{cast.circle.pk}?position={position}&size={said.size}", member="omega")
    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content) == (404, unknown.content)


def test_a_cosignature_is_kept_and_its_key_is_logged(client, cast, log):
    note = ask(client, cast, "checkpoint").content.decode()
    answer = hand_in(client, cast, note, log)
    size = read_checkpoint(note, log).size
    assert answer.json() == {"settled": size, "members": 1}
    kept = Witness.objects.get()
    assert (kept.member_id, kept.agent, kept.size) == ("alfa", "alfa-1", size)
    told = Entry.objects.get(action="witness.appeared")
    assert (told.member_id, told.facts["key"]) == ("alfa", kept.key.split("+")[1])


def test_made_up_witnesses_give_their_places_back(client, cast, log, monkeypatch):
    """A stolen token can fill them, and a page to take a witness away there is only where an agent reports under its name."""
    monkeypatch.setattr("skyddsnat.hub.audit.services.witnesses.MOST_WITNESSES", 2)
    note = ask(client, cast, "checkpoint").content.decode()
    assert [hand_in(client, cast, note, log, name=f"x{n}").status_code for n in range(3)] == [200, 200, 409]
    Witness.objects.update(cosigned_at=timezone.now() - timedelta(days=8))
    assert hand_in(client, cast, note, log, name="alfa-1").status_code == 200
    assert list(Witness.objects.values_list("agent", flat=True)) == ["alfa-1"]


def test_a_witness_with_a_long_name_is_taken_by_every_database(client, cast, log):
    """PostgreSQL takes no text that is longer than its column."""
    name = "ns-" + "x" * 77
    note = ask(client, cast, "checkpoint").content.decode()
    assert hand_in(client, cast, note, log, name=name).status_code == 200
    noted = Entry.objects.get(action="witness.appeared")
    assert 0 < len(noted.object_id) <= Entry._meta.get_field("object_id").max_length
    assert Witness.objects.get().agent == name


def test_settled_is_what_more_than_half_of_the_members_with_an_agent_have_cosigned(client, cast, log):
    old = ask(client, cast, "checkpoint").content.decode()
    for member in ("alfa", "beta", "gamma"):
        hand_in(client, cast, old, log, member=member, name=f"{member}-1")
    small = read_checkpoint(old, log).size
    grow()
    new = ask(client, cast, "checkpoint").content.decode()
    big = read_checkpoint(new, log).size
    assert hand_in(client, cast, new, log, member="alfa", name="alfa-2").json()["settled"] == small
    assert hand_in(client, cast, new, log, member="beta", name="beta-2").json() == {"settled": big, "members": 3}
    assert settled_size(witnesses(now=timezone.now() + timedelta(days=8))) == 0


def test_an_agent_that_is_taken_away_is_no_longer_counted(client, cast, log):
    note = ask(client, cast, "checkpoint").content.decode()
    for member in ("alfa", "beta"):
        hand_in(client, cast, note, log, member=member, name=f"{member}-1")
    gone = Agent.objects.create(
        member=cast.person("beta", "analyst").member,
        name="beta-1",
        version="1",
        state="live",
        reported_at=timezone.now() - timedelta(days=2),
        first_seen_at=timezone.now() - timedelta(days=9),
        state_since=timezone.now() - timedelta(days=9),
    )
    remove(cast.person("beta", "engineer"), gone)
    assert [one.member_id for one in witnesses(now=timezone.now())] == ["alfa"]


def test_two_majorities_always_share_a_member():
    rows = [Witness(member_id=str(number), size=size) for number, size in enumerate([9, 9, 5, 5])]
    assert settled_size(rows) == 5, "half is not more than half"
    assert settled_size(rows[:3]) == 9
    assert settled_size([]) == 0


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"size": 1}, 409),
        ({"line": "— alfa-1 AAAA\n"}, 409),
        ({"key": "alfa-1+00000000+AQ=="}, 409),
        ({"agent": ""}, 400),
        ({"agent": "alfa\x1b[2J"}, 400),
        ({"agent": "alfa\x00"}, 400),
        ({"agent": "alfa\ud800"}, 400),
        ({"key": "alfa\x1b-1+00000000+AQ=="}, 400),
        ({"size": True}, 400),
        ({"size": -1}, 400),
        ({"extra": 1}, 400),
        ({"line": "x" * 9000}, 413),
    ],
)
def test_what_is_no_cosignature_of_this_checkpoint_is_refused(client, cast, log, changes, status):
    note = ask(client, cast, "checkpoint").content.decode()
    assert hand_in(client, cast, note, log, **changes).status_code == status
    assert not Witness.objects.exists()


def test_a_witness_never_goes_back_and_never_changes_its_member(client, cast, log):
    signer = NoteSigner("alfa-1", Ed25519PrivateKey.generate(), COSIGNATURE_V1)
    old = ask(client, cast, "checkpoint").content.decode()
    grow()
    new = ask(client, cast, "checkpoint").content.decode()
    assert hand_in(client, cast, new, log, signer=signer).status_code == 200
    assert hand_in(client, cast, old, log, signer=signer).json()["title"] == "older"
    assert hand_in(client, cast, new, log, signer=signer, member="beta").json()["title"] == "other_member"


@pytest.mark.parametrize(("path", "scope"), [("checkpoint", "stats"), ("consistency", "stats"), ("key", "shares")])
def test_another_scope_opens_nothing(client, cast, log, path, scope):
    assert ask(client, cast, path, scope=scope).status_code == 401


def test_before_the_first_entry_there_is_no_checkpoint(client, cast, settings, tmp_path):
    settings.LOG_KEY_FILE = tmp_path / "log.key"
    assert ask(client, cast, "checkpoint").status_code == 404
