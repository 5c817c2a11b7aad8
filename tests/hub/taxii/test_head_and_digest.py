"""The signed head and the digest over TAXII: with them a reader proves what it holds."""

from __future__ import annotations

import hashlib

import orjson
import pytest

from skyddsnat.hub.feed.models import ObjectVersion
from skyddsnat.hub.feed.services import publish
from skyddsnat.policy.vocabulary import State
from skyddsnat.protocols.feedhead import object_hash, set_digest, verify
from skyddsnat.protocols.stix import position_time, read_moment, version_us
from tests.hub.feed.indicators import NOW, listed, many
from tests.hub.taxii.conftest import read


def test_a_reader_that_has_everything_holds_exactly_the_signed_set(machine, verified, feed_key):
    publish(verified, many(20), now=NOW)
    publish(verified, [listed("gone.example", revoked=True, state=State.WITHDRAWN)], now=NOW)
    mine = machine("alfa")
    response = mine.get(f"collections/{verified.pk}/head/")
    assert response["Cache-Control"] == "private, no-transform, no-cache"
    head = verify(read(response), key=feed_key)
    page = mine.get(f"collections/{verified.pk}/objects/")
    live = [t for t in read(page)["objects"] if t["type"] == "indicator" and not t.get("revoked")]
    assert head.digest == set_digest((thing["id"], version_us(thing), object_hash(thing)) for thing in live)
    assert head.position == read_moment(page["X-TAXII-Date-Added-Last"])
    assert head.count == 20
    assert set(read(response)) == {"head", "signature", "key"}


def test_the_digest_is_that_of_any_position(machine, verified):
    written = publish(verified, many(3), now=NOW)
    mine, lines, full = machine("alfa"), [], []
    for thing, one in zip(many(3), written, strict=True):
        lines.append(f"{thing['id']}|{version_us(thing)}")
        said = hashlib.sha256(orjson.dumps(thing, option=orjson.OPT_SORT_KEYS)).hexdigest()
        full.append(f"{lines[-1]}|{said}")
        by_hand = {"format": "skyddsnat/feed-head/2", "position": one.added, "count": len(lines)} | {
            "sha256": by_parts(lines),
            "content": by_parts(full),
        }
        for at in (position_time(one.added), str(one.added)):
            assert read(mine.get(f"collections/{verified.pk}/digest/?at={at}")) == by_hand
    assert read(mine.get(f"collections/{verified.pk}/digest/")) == by_hand
    assert orjson.dumps(by_hand) == mine.get(f"collections/{verified.pk}/digest/").content


def by_parts(lines: list[str]) -> str:
    """The sum of docs/taxii.md, each id in a part of its own or not."""
    rows = ""
    for part in sorted({line.split("|")[0][-3:] for line in lines}):
        own = sorted(line for line in lines if line.split("|")[0].endswith(part))
        rows += f"{part} {len(own)} {hashlib.sha256('\n'.join(own).encode()).hexdigest()}\n"
    return hashlib.sha256(rows.encode()).hexdigest()


@pytest.mark.parametrize("at", ["yesterday", "-1", "1" * 30, "%00"])
def test_a_position_that_is_none_is_refused(machine, verified, at):
    assert machine("alfa").get(f"collections/{verified.pk}/digest/?at={at}").status_code == 400


def test_a_hub_without_its_key_says_so_in_the_log_and_serves_the_rest(machine, verified, settings, tmp_path, caplog):
    settings.FEED_KEY_FILE = tmp_path / "none.key"
    mine = machine("alfa")
    publish(verified, many(1), now=NOW)
    assert mine.get(f"collections/{verified.pk}/head/").status_code == 500
    assert "ImproperlyConfigured" in caplog.text
    assert mine.get(f"collections/{verified.pk}/objects/").status_code == 200


def test_a_row_changed_behind_the_hub_does_not_fit_the_signed_head(machine, verified, feed_key):
    publish(verified, many(2), now=NOW)
    row = ObjectVersion.objects.filter(collection=verified, type="indicator").order_by("added")[0]
    thing = orjson.loads(row.raw) | {"pattern": "[domain-name:value = 'lagligt.test']"}
    row.raw = orjson.dumps(thing).decode()
    row.save(update_fields=["raw"])  # by someone who has the keys of the columns, but not the feed's
    mine = machine("alfa")
    head = verify(read(mine.get(f"collections/{verified.pk}/head/")), key=feed_key)
    live = [t for t in read(mine.get(f"collections/{verified.pk}/objects/"))["objects"] if t["type"] == "indicator"]
    held = set_digest((thing["id"], version_us(thing), object_hash(thing)) for thing in live)
    assert (head.count, head.sha256) == (held.count, held.sha256)
    assert head.content != held.content
