"""A complaint is on the disk before it is acknowledged, is one however often it is sent, and reaches the hub."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from skyddsnat.protocols.complaint import read_complaint
from skyddsnat.stop_page.config import HubConfig
from skyddsnat.stop_page.handover import Handover
from tests.stop_page.conftest import FORM, Page


def hub(page: Page, *statuses: int) -> tuple[Handover, list[httpx.Request]]:
    """A hub that answers so, the last for ever."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        status = statuses[min(len(asked), len(statuses)) - 1]
        if not status:
            raise httpx.ConnectError("away")
        return httpx.Response(status)

    (page.folder / "complaints.token").write_text("skn_token")
    config = HubConfig(
        url="http://hub.test", token_file=page.folder / "complaints.token", timeout_seconds=1, ca_file=None
    )
    return Handover(config, page.queue, transport=httpx.MockTransport(answer)), asked


def test_a_complaint_gets_a_receipt_once_it_is_on_the_disk(page: Page) -> None:
    answer = page.send(contact="a@post.test", what="https://www.Fel.test/secret/page?q=1")
    assert answer.status_code == 200
    assert page.woken == 1
    found = page.queue.next()
    assert found is not None
    _, complaint = found
    assert complaint.receipt in answer.text
    assert (complaint.name, complaint.entry, complaint.contact) == ("www.fel.test", "", "a@post.test")
    assert "fel.test" not in answer.text


def test_a_reference_is_known_as_one(page: Page) -> None:
    page.send(what="1a2b3c4d")
    found = page.queue.next()
    assert found is not None
    assert (found[1].entry, found[1].name) == ("1A2B3C4D", "")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"what": ""}, "Write the address"),
        ({"what": "not an address"}, "We do not understand"),
        ({"what": "http://["}, "We do not understand"),
        ({"what": "192.0.2.1"}, "We do not understand"),
        ({"reason": "other"}, "Choose what is wrong"),
        ({"contact": "call me maybe"}, "Write an e-mail address"),
        ({"contact": "a@post.test and more <b>text</b>"}, "Write an e-mail address"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(page: Page, fields: dict[str, str], word: str) -> None:
    answer = page.send(**fields)
    assert answer.status_code == 422
    assert word in answer.text
    assert "<b>" not in answer.text
    assert page.queue.waiting().count == 0
    again = FORM.search(answer.text)
    assert again is not None
    assert page.send(form=again[1]).status_code == 200, "put right, the same form is taken"


def test_the_same_form_sent_twice_is_one_complaint_also_after_the_hub_has_it(page: Page) -> None:
    mark = page.form()
    first, second = page.send(form=mark), page.send(form=mark)
    assert first.text == second.text
    assert page.queue.waiting().count == 1
    handover, asked = hub(page, 200)
    assert handover.turn()
    assert page.send(form=mark).text == first.text
    assert (page.queue.waiting().count, len(asked), page.woken) == (0, 1, 1)


def test_a_form_that_nobody_made_or_read_is_shown_again(page: Page) -> None:
    early = FORM.search(page.client.get("/_stop/en/complaint").text)
    assert early is not None
    old = page.form()
    page.ahead += timedelta(hours=13)
    for mark in ("", "AAAA", "A" * 50, old, "é"):
        answer = page.send(form=mark)
        assert answer.status_code == 422
        assert "Send it once more" in answer.text
    page.ahead = timedelta()
    assert page.send(form=early[1]).status_code == 422, "sent faster than anybody reads"
    assert page.queue.waiting().count == 0


def test_many_complaints_at_once_wait_and_nobody_is_told_from_another(page: Page) -> None:
    answers = [page.send(what=f"n{n}.test").status_code for n in range(8)]
    assert answers == [200] * 6 + [429] * 2
    page.seconds += 120
    assert page.send(what="later.test").status_code == 200


def test_a_disk_that_takes_nothing_acknowledges_nothing(page: Page) -> None:
    mark = page.form()
    page.queue._db.execute("PRAGMA query_only=ON")
    answer = page.send(form=mark)
    assert answer.status_code == 503
    assert "Receipt" not in answer.text
    page.queue._db.execute("PRAGMA query_only=OFF")
    assert page.send(form=mark).status_code == 200


def test_after_a_handing_over_that_failed_the_next_complaint_is_on_the_disk(page: Page) -> None:
    page.send(what="first.test")
    found = page.queue.next()
    assert found is not None
    page.queue._db.execute("CREATE TEMP TRIGGER no BEFORE DELETE ON complaint BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(sqlite3.Error):
        page.queue.handed_over(found[1].id)
    assert page.send(what="second.test").status_code == 200
    file = page.queue._db.execute("PRAGMA database_list").fetchone()[2]
    with closing(sqlite3.connect(file)) as another:
        assert another.execute("SELECT count(*) FROM complaint").fetchone() == (2,)


def test_a_hub_that_is_away_costs_a_wait_and_no_complaint(page: Page) -> None:
    for n in range(3):
        page.send(what=f"n{n}.test")
    handover, asked = hub(page, 0, 200, 503, 429, 401, 200)
    assert [handover.turn() for _ in range(5)] == [False, False, False, False, True]
    names = [read_complaint(request.content).name for request in asked]
    assert names == ["n0.test", "n0.test", "n1.test", "n1.test", "n1.test", "n1.test", "n2.test"]
    assert page.queue.waiting().count == 0
    assert {request.headers["Authorization"] for request in asked} == {"Bearer skn_token"}


def test_a_token_that_is_none_is_told_and_the_handing_over_goes_on(page: Page) -> None:
    page.send(what="first.test")
    handover, asked = hub(page, 200)
    for pasted in ("skn_töken", "\ufeffskn_token", "skn_token\nskn_other"):
        (page.folder / "complaints.token").write_text(pasted)
        assert not handover.turn()
    assert not asked
    (page.folder / "complaints.token").write_text("skn_token\n")
    assert handover.turn()


def test_an_answer_without_an_end_is_read_no_further_than_a_limit(page: Page) -> None:
    read: list[bytes] = []

    def without_end() -> Iterator[bytes]:
        while len(read) < 100:
            read.append(bytes(1024))
            yield read[-1]

    page.send(what="first.test")
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=without_end()))
    assert Handover(hub(page, 200)[0]._config, page.queue, transport=transport).turn()
    assert len(read) == 5


def test_what_the_hub_does_not_read_waits_for_a_person_and_stops_no_other(page: Page) -> None:
    page.send(what="first.test")
    page.send(what="second.test")
    handover, _ = hub(page, 400, 200)
    assert handover.turn()
    assert (page.queue.waiting().count, page.queue.waiting().refused) == (0, 1)


def test_one_that_does_not_open_is_put_aside_and_stops_no_other(page: Page) -> None:
    page.send(what="first.test")
    page.queue._db.execute("UPDATE complaint SET sealed = zeroblob(200)")
    page.send(what="second.test")
    handover, asked = hub(page, 200)
    assert handover.turn()
    assert [read_complaint(request.content).name for request in asked] == ["second.test"]
    assert (page.queue.waiting().count, page.queue.waiting().refused) == (0, 1)


def test_the_queue_on_the_disk_tells_nothing_and_keeps_nothing_that_was_handed_over(page: Page) -> None:
    page.send(what="hemligt.test", contact="klagande@post.test")
    on_disk = b"".join(path.read_bytes() for path in (page.folder / "data").rglob("*") if path.is_file())
    assert b"hemligt" not in on_disk
    assert b"klagande" not in on_disk
    handover, _ = hub(page, 200)
    handover.turn()
    with sqlite3.connect(page.folder / "data" / "queue.sqlite") as database:
        assert database.execute("SELECT count(*) FROM complaint").fetchone() == (0,)
    assert (page.folder / "data" / "queue.sqlite").stat().st_mode & 0o777 == 0o600
