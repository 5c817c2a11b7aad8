"""The agent against the hub's own views: hand in, replace, be in the list, object, be late, open one's place."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from skyddsnat.agent.benchmark.client import RoundsClient
from skyddsnat.agent.config import Config
from skyddsnat.cli import agent_benchmark
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import BenchmarkKey, Round, Submission
from skyddsnat.mpc import sealing
from skyddsnat.protocols.benchmark import canonical, envelope
from skyddsnat.protocols.benchmark.statement import Kind
from tests.agent.benchmark.conftest import ALFA, Desk, settle
from tests.cast import Cast
from tests.hub.benchmark.conftest import Bench, make_bench
from tests.rounds import dealt

VALUES = "MET-LST-01,5\nMET-BLK-05,97.3\n"


class ToTheViews(httpx.BaseTransport):
    """Carries requests into Django as a server would."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        self.sent.append(content)
        answer = Client().generic(
            request.method,
            request.url.raw_path.decode(),
            content,
            content_type=request.headers.get("Content-Type", ""),
            headers={"Authorization": request.headers["Authorization"]},
        )
        return httpx.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)


@pytest.fixture
def bench(cast: Cast) -> Bench:
    """The stage, with alfa's key from its key file in place of the stage's own."""
    made = make_bench(cast)
    key = services.register_key(
        made.leads["alfa"],
        use=BenchmarkKey.Use.MEMBER,
        signing_key=ALFA.signing_key,
        opening_key=ALFA.opening_key,
        now=made.now,
    )
    services.confirm_key(cast.person("alfa", "engineer"), key.pk, now=made.now)
    return made


@pytest.fixture
def agent(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    settle(tmp_path, ALFA, token=bench.cast.token("alfa", "shares"))
    transport = ToTheViews()

    def connect(config: Config) -> RoundsClient:
        return RoundsClient(config.hub, config.benchmark.token, transport=transport, sleep=lambda _: None)

    monkeypatch.setattr(agent_benchmark, "connect", connect)
    yield Desk(tmp_path, None)  # type: ignore[arg-type]  # the hub is the real one
    assert b"97.3" not in b"".join(transport.sent)


def closed(bench: Bench, round_: Round) -> Round:
    for one in ("beta", "gamma", "delta", "epsilon"):
        bench.hand_in(round_, one)
    bench.now = round_.deadline
    services.tend(bench.now)
    return bench.again(round_)


def test_a_round_from_hand_in_to_the_own_place(bench: Bench, agent: Desk) -> None:
    round_ = bench.opened()
    words = ("submit", agent.table(VALUES), "--round", round_.pk, "--compared")
    assert agent.facts(*words, "--dry-run")["sent"] is False
    assert not Submission.objects.exists()
    first, second = agent.facts(*words), agent.facts(*words)
    assert [told["receipt"]["receipt"]["seq"] for told in (first, second)] == [1, 2]
    row = Submission.objects.filter(member_id="alfa").latest("seq")
    assert canonical.loads(row.receipt.encode()) == second["receipt"]
    assert "hub answered 409: not_closed" in agent.line(1, "submit", "--check", round_.pk)

    round_ = closed(bench, round_)
    told = agent.facts("submit", "--check", round_.pk)
    assert (told["ok"], told["listed"], told["size"]) == (True, 2, 5)
    assert told["root"] == envelope.root(bench.listed(round_))[0]

    bench.all_say(round_, Kind.ROOT)
    bench.now += timedelta(seconds=round_.objection_seconds)
    for kind in (Kind.RUN, Kind.VERDICT):
        bench.all_say(round_, kind)
    say_positions(bench, round_, {"MET-BLK-05/third": 2})
    bench.all_say(round_, Kind.OUTPUT)
    assert bench.again(round_).state == Round.State.RELEASED
    places = agent.facts("position", round_.pk)["positions"]
    assert [(row["item"], row["third"], row["value"]) for row in places] == [("MET-BLK-05", 2, "97.3")]


def say_positions(bench: Bench, round_: Round, values: dict[str, int]) -> None:
    """Each party's shares, sealed to alfa."""
    for party, part in enumerate(dealt(values, random.Random(3))):
        shares = {name: int(share) for name, share in part.items()}
        raw = sealing.seal_position(round_.specification, shares, member="alfa", party=party)
        body: dict[str, Any] = {"alfa": base64.b64encode(raw).decode()}
        bench.say(round_, party, Kind.POSITIONS, sealed=body)


def test_the_kept_receipt_stops_a_round_whose_list_lacks_the_submission(bench: Bench, agent: Desk) -> None:
    round_ = bench.opened()
    agent.facts("submit", agent.table(VALUES), "--round", round_.pk, "--compared")
    Submission.objects.filter(member_id="alfa").delete()
    bench.now = timezone.now()
    round_ = closed(bench, round_)
    Round.objects.filter(pk=round_.pk).update(closed_at=timezone.now())
    result = agent.run("submit", "--check", round_.pk, "--object")
    assert result.exit_code == 1
    assert "the list lacks your submission" in result.stdout
    assert "is aborted now" in result.stdout, result.output
    assert bench.again(round_).state == Round.State.ABORTED


def test_late_and_revoked_are_told_in_the_hubs_own_words(bench: Bench, agent: Desk) -> None:
    round_ = bench.opened()
    words = ("submit", agent.table(VALUES), "--round", round_.pk, "--compared")
    BenchmarkKey.objects.filter(signing_key=ALFA.signing_key).update(ended_at=bench.now)
    assert "key_revoked: the key that the specification names has been revoked" in agent.line(1, *words)
    Round.objects.filter(pk=round_.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    assert "late: the deadline has passed" in agent.line(1, *words)
    assert "no round nowhere of yours" in agent.line(2, "submit", agent.table(VALUES), "--round", "nowhere")
    assert not Submission.objects.exists()
