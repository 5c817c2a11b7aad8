"""Members compare themselves: three parties, a command line, a real browser, a cheat, a killed party, and nothing that leaks.

`begin` sets rounds going before the other chapters, so that their deadlines pass meanwhile; `play` tells the rest.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from skyddsnat.demo.benchmark import plainly
from skyddsnat.demo.benchmark.member import DemoMember, NotTaken
from skyddsnat.demo.benchmark.programme import DONE, Planned, RoundLost
from skyddsnat.demo.benchmark.start import Comparison
from skyddsnat.demo.benchmark.values import Hand, values_of
from skyddsnat.demo.processes import SKYDDSNAT
from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.demo.story.chromium import hand_in
from skyddsnat.demo.story.recorder import Recorder
from skyddsnat.demo.story.search import Search, telling
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller, seconds_until
from skyddsnat.hub.benchmark.models import Round
from skyddsnat.protocols.benchmark import transcript
from skyddsnat.protocols.benchmark.field import put_together
from skyddsnat.protocols.benchmark.spec import Specification
from skyddsnat.site.http import everybody_s

CHEAT, KILLED, AT_A_BROWSER, BY_COMMAND, TWICE = "demo-ripa", "zonen", "epsilon", "alfa", "gamma"
LEAD = "lena"
OPENS_FOR = timedelta(seconds=75)
"""A busy machine hands in too; before the first rounds are asked for, other chapters have taken longer than this."""
LIMIT = 240.0
PAUSE = 0.3
"""Seconds between two looks at the rounds; each costs a hundredth of a second of a core, and parties ask every two seconds."""
IN_HAND = frozenset({Round.State.DRAFT.value, Round.State.APPROVED.value})
type Playing = Iterator[str]


@dataclass(slots=True)
class Comparing:
    """The chapter's own things.  sent: bodies that the browser sent."""

    stage: Stage
    comparison: Comparison
    recorder: Recorder
    earlier: Planned
    latest: Planned
    nordic: Planned
    four: Planned
    playing: dict[str, Playing] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)

    @property
    def members(self) -> dict[str, DemoMember]:
        """All agents."""
        return dict(self.comparison.programme.members)

    def drive(self, planned: Sequence[Planned], until: Callable[[], bool], *, what: str) -> float:
        """Let rounds go on until something holds.  Raises Unexpected."""
        for one in planned:
            self.playing.setdefault(one.id, self.comparison.programme.play(one))

        def turn() -> bool:
            try:
                for one in planned:
                    next(self.playing[one.id], None)
            except (RoundLost, NotTaken) as failed:
                raise Unexpected(str(failed)) from failed
            return until()

        return seconds_until(turn, what=what, limit=LIMIT, pause=PAUSE)

    def specification(self, planned: Planned) -> Specification:
        """As it was signed."""
        found: Specification = row_of(planned).specification
        return found

    def entries(self, planned: Planned) -> list[transcript.Entry]:
        """The transcript as a member gets it."""
        member = self.members[self.comparison.programme.expected(planned)[0]]
        url = f"{member.base_url}/api/bench/rounds/{row_of(planned).pk}/transcript"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {member.token}"}, verify=everybody_s(), timeout=30)
        return list(transcript.read(answer.content))

    def said(self, planned: Planned, kind: str) -> list[dict[str, Any]]:
        """The bodies of what the three parties said of a kind, by party."""
        found = {}
        for entry in self.entries(planned):
            if entry.kind == "statement" and entry.content["statement"]["kind"] == kind:
                found[entry.content["statement"]["party"]] = entry.content["statement"]["body"]
        return [found[party] for party in sorted(found)]

    def hands(self, planned: Planned) -> dict[str, Hand]:
        """What the accepted members have handed in: known to the demo alone."""
        pk = row_of(planned).pk
        return {one: self.members[one].handed_in[pk] for one in self.said(planned, "verdict")[0]["accepted"]}


def row_of(planned: Planned) -> Round:
    """The round, also when it took more than one try.  Raises Unexpected."""
    found = Round.objects.filter(pk__startswith=planned.id, group=planned.group).order_by("-pk").first()
    if found is None:
        raise Unexpected(f"there is no round {planned.id}")
    return found


def is_done(*planned: Planned) -> bool:
    """Whether all of them are released."""
    return all(row_of(one).state in DONE for one in planned)


def begin(tell: Teller, stage: Stage) -> Comparing:
    """Start the parties, plan the rounds that need no hands of the story's, and let their members hand in."""
    with tell.step("three computing parties start, each with its own folder, key and port") as step:
        recorder = Recorder(int(stage.base_url.rsplit(":", 1)[1]))
        comparison = stage.start_parties(recorder.url)
        if comparison is None:
            raise Unexpected("this folder is from before rounds were compared, expected a new DATA=")
        comparison.programme.make_room()
        told = (*comparison.programme.rounds(), comparison.programme.four())
        earlier, latest, _waiting, nordic, four = (replace(one, opens_for=OPENS_FOR) for one in told)
        own = replace(latest, waits=frozenset({BY_COMMAND, AT_A_BROWSER, TWICE}))
        on = Comparing(stage, comparison, recorder, earlier, own, replace(nordic, cheats=CHEAT), four)
        step.figure = ", ".join(row["id"] for row in comparison.parties.rows)
    first = [on.earlier, on.nordic, on.four]
    with tell.step("rounds of five, nine and four are planned, and all three parties sign") as step:
        took = on.drive(first, lambda: all(row_of(one).state not in IN_HAND for one in first), what="approved")
        step.figure = f"9 signatures, {took:.1f} s"
    with tell.step("their members' agents seal and hand in") as step:
        wanted = sum(len(comparison.programme.expected(one)) for one in first)
        took = on.drive(
            first, lambda: sum(row_of(one).submissions.count() for one in first) == wanted, what="handed in"
        )
        step.figure = f"{wanted} submissions, {took:.1f} s"
    return on


def play(tell: Teller, on: Comparing) -> None:
    """Raises ChapterOver at the first step that fails."""
    try:
        _compute(tell, on)
        _check(tell, on)
    finally:
        on.recorder.stop()


def _compute(tell: Teller, on: Comparing) -> None:
    with tell.step("the earlier round, the Nordic one and the round of four are released") as step:
        on.drive(first := [on.earlier, on.nordic, on.four], lambda: is_done(*first), what="released")
        step.figure = f"{sum(len(on.specification(one).items) for one in first)} items"
    with tell.step("20 metrics and the whole maturity model: planned, signed by all three") as step:
        took = on.drive([on.latest], lambda: row_of(on.latest).state == Round.State.OPEN, what="open")
        step.figure = f"{len(on.specification(on.latest).items)} items, {took:.1f} s"
    _hand_in(tell, on)
    with tell.step("a party is killed while computing, starts again, the round completes") as step:
        on.drive([on.latest], lambda: row_of(on.latest).state == Round.State.COMPUTING, what="computing")
        on.comparison.parties.kill(KILLED)
        time.sleep(0.5)
        on.comparison.parties.start_one(KILLED)
        took = on.drive([on.latest], lambda: is_done(on.latest), what="released")
        step.figure = f"{KILLED}, {took:.1f} s after it was killed"


def _hand_in(tell: Teller, on: Comparing) -> None:
    pk, spec = row_of(on.latest).pk, on.specification(on.latest)
    with tell.step("Alfa hands in from the command line: skyddsnat agent submit") as step:
        step.figure = f"entry {_by_command(on, pk, spec)} of the log"
    with tell.step("Epsilon hands in from a real browser, which codes, splits and seals") as step:
        values = values_of(AT_A_BROWSER, spec)
        row = next(one for one in on.stage.credentials["benchmark"]["members"] if one["id"] == AT_A_BROWSER)
        left = hand_in(
            on.stage.base_url,
            on.stage.person(LEAD).person,
            round_id=pk,
            key_file=Path(row["key_file"]),
            passphrase=on.stage.credentials["benchmark"]["passphrase"],
            table=table_of(values),
        )
        on.members[AT_A_BROWSER].handed_in[pk] = Hand(values)
        on.sent += left.sent
        step.figure = f"{len(values)} items, {left.seconds:.1f} s"
    with tell.step("Gamma hands in, changes its mind and hands in again; Beta and Delta once") as step:
        one = on.members[TWICE]
        better = {item: number if item in {"MET-GOV-01"} else None for item, number in values_of(TWICE, spec).items()}
        one.submit(pk, values=better)
        seq = one.submit(pk, seq=2)["receipt"]["seq"]
        on.drive([on.latest], lambda: row_of(on.latest).submissions.values("member").distinct().count() == 5, what="in")
        step.figure = f"number {seq} counts"


def _by_command(on: Comparing, pk: str, spec: Specification) -> int:
    values = values_of(BY_COMMAND, spec)
    with tempfile.TemporaryDirectory(prefix="skyddsnat-story-") as folder:
        table, config = Path(folder) / "values.csv", on.stage.site.config.with_name("agent-recorded.toml")
        table.write_text(table_of(values), encoding="utf-8")
        text = on.stage.site.config.read_text(encoding="utf-8")
        config.write_text(text.replace(on.stage.site.subscription.hub_url, on.recorder.url), encoding="utf-8")
        command = [
            "agent",
            "submit",
            str(table),
            "--round",
            pk,
            "--yes",
            "--compared",
            "--json",
            "--config",
            str(config),
        ]
        done = subprocess.run([*SKYDDSNAT, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unexpected(f"it ended with code {done.returncode}: {done.stderr.strip()[:120]}")
    on.members[BY_COMMAND].handed_in[pk] = Hand(values)
    return int(json.loads(done.stdout)["receipt"]["receipt"]["entry"])


def table_of(values: dict[str, Any]) -> str:
    """As a member's CSV."""
    return "".join(f"{item};{'' if value is None else value}\n" for item, value in values.items())


def _check(tell: Teller, on: Comparing) -> None:
    played = [on.earlier, on.latest, on.nordic, on.four]
    with tell.step("all that was opened, and each own place, equals the plain calculation") as step:
        numbers = places = 0
        for one in played:
            numbers += _compare(on, one)
            places += _compare_places(on, one)
        step.figure = f"{numbers} numbers, {places} places"
    with tell.step("a member that claims more than the highest band is named and left out") as step:
        verdicts = on.said(on.nordic, "verdict")
        if any([row["member"] for row in each["rejected"]] != [CHEAT] for each in verdicts):
            raise Unexpected("the verdicts name others than the cheat")
        quartiles = sum("q1" in name.rpartition("/")[2] for name in on.said(on.nordic, "output")[0]["opened"])
        step.figure = (
            f"{CHEAT}: {verdicts[0]['rejected'][0]['reason']}; quartiles of {quartiles} items for the eight others"
        )
    with tell.step("where four hand in nothing is released but that they are four") as step:
        opened = [name.rpartition("/")[2] for name in on.said(on.four, "output")[0]["opened"]]
        if set(opened) != {"members", "groups"}:
            raise Unexpected(f"{len(opened)} numbers were opened, among them others than counts")
        step.figure = f"{len(opened)} counts"
    _run_again(tell, on)
    with tell.step("party verify-transcript checks it all without trust in the hub") as step:
        step.figure = _verify(on, played)
    with tell.step("hub, logs, parties and traffic are searched: none holds any value") as step:
        step.figure = _search(on, played)


def _compare(on: Comparing, planned: Planned) -> int:
    outputs = on.said(planned, "output")
    names = outputs[0]["opened"]
    opened = {name: put_together([int(each["opened"][name]) for each in outputs]) for name in names}
    if opened != plainly.opened(on.specification(planned), on.hands(planned)):
        raise Unexpected(f"{planned.id}: the result is another than the plain one")
    return len(opened)


def _compare_places(on: Comparing, planned: Planned) -> int:
    hands, spec, compared = on.hands(planned), on.specification(planned), 0
    for member in hands:
        wanted = plainly.places(spec, hands, member)
        if not wanted:
            continue
        # Each party sends the places when it has seen the release, which is a moment later.
        seconds_until(
            lambda: len(on.said(planned, "positions")) == len(spec.parties), what="sealed", limit=60, pause=PAUSE
        )
        sealed = on.members[member].places(spec.round)
        if any(sealed.get(name) != place for name, place in wanted.items()):
            raise Unexpected(f"{planned.id}: the place of {member} is another than the plain one")
        compared += len(wanted)
    return compared


def _run_again(tell: Teller, on: Comparing) -> None:
    with tell.step("a second run on the same root: shown by the hub, refused by each party") as step:
        row = row_of(on.latest)
        seconds_until(lambda: row_of(on.latest).state == Round.State.ARCHIVED, what="archived", limit=60, pause=PAUSE)
        parties = on.comparison.parties
        before = row.state
        # What a wicked operator of the hub could do to its own database.
        Round.objects.filter(pk=row.pk).update(state=Round.State.COMPUTING)
        try:
            codes = []
            for name in parties.running:
                seconds_until(lambda name=name: _refusal(on, name, row.pk) != "", what="refused", limit=60, pause=0.5)  # type: ignore[misc]
                codes.append(_refusal(on, name, row.pk))
        finally:
            Round.objects.filter(pk=row.pk).update(state=Round.State.ARCHIVED)
        if codes != ["second_run"] * 3:
            raise Unexpected(f"they answered {', '.join(codes)}, expected second_run of each; it was {before}")
        step.figure = f"{codes[0]}, 3 of 3"


def _refusal(on: Comparing, name: str, pk: str) -> str:
    refused = next((one["refused"] for one in on.comparison.parties.status(name)["rounds"] if one["round"] == pk), None)
    return str(refused["code"]) if refused else ""


def _verify(on: Comparing, played: Sequence[Planned]) -> str:
    checks = 0
    for planned in played:
        pk, config = row_of(planned).pk, on.comparison.parties.config(KILLED)
        url = f"{on.recorder.url}/api/bench/rounds/{pk}/transcript"
        told = on.comparison.parties.ask("verify-transcript", url, "--config", str(config), "--json")
        if not told["ok"]:
            raise Unexpected(f"{pk}: it does not hold")
        checks += len(told["checks"])
    return f"{checks} checks of {len(played)} rounds, three keys pinned"


def _search(on: Comparing, played: Sequence[Planned]) -> str:
    values = [
        number for one in on.members.values() for hand in one.handed_in.values() for number in hand.values.values()
    ]
    wanted = telling(values)
    control = table_of({"MET-BLK-01": next(number for number in values if number is not None and len(str(number)) > 7)})
    if len(wanted) < len(played) or not Search(wanted).found_in(control.encode()):
        raise Unexpected("the search does not find what is there")
    folder = on.stage.data
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "keys"]
    pieces = [path.read_bytes() for path in files]
    pieces += [bytes(one) for one in on.recorder.recorded] + on.sent
    search = Search(wanted)
    for raw in pieces:
        if found := search.found_in(raw):
            raise Unexpected(f"{len(found)} values were found")
    size = sum(map(len, pieces)) / 1e6
    return f"{len(wanted)} values, {size:.0f} MB of files and traffic"
