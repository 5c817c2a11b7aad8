"""`skyddsnat agent submit`, `position` and `benchmark-key`: a member in a round of confidential benchmarking.

`submit --period` is another thing under the same word, the joint statistics: agent_statistics.py (docs/adr/0035).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skyddsnat.agent.benchmark import checking, handing_in, rounds
from skyddsnat.agent.benchmark import keys as key_files
from skyddsnat.agent.benchmark.client import RoundsClient
from skyddsnat.agent.benchmark.entries import Line, lines
from skyddsnat.agent.benchmark.folder import RoundFolder
from skyddsnat.agent.benchmark.measured import Measured, measure
from skyddsnat.agent.benchmark.position import positions
from skyddsnat.agent.benchmark.rounds import KnownRound
from skyddsnat.agent.benchmark.table import Row, read_table
from skyddsnat.agent.config import DEFAULT_PATH, Config, load
from skyddsnat.agent.errors import WrongUse
from skyddsnat.agent.lock import agent_lock
from skyddsnat.agent.state import State
from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.cli import agent_benchmark_screen as screen
from skyddsnat.cli.agent_statistics import submit_period
from skyddsnat.cli.ends import account, leave, told
from skyddsnat.protocols.benchmark.fields import moment_text
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.protocols.benchmark.signing import fingerprint
from skyddsnat.site.clock import utc_now
from skyddsnat.site.errors import Exit
from skyddsnat.site.journal import Journal

console = Console(highlight=False)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="SKYDDSNAT_AGENT_CONFIG", help="The agent's configuration file.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all three commands work with."""

    config: Config
    client: RoundsClient
    folder: RoundFolder
    keys: MemberKeys
    now: datetime

    def know(self, name: str) -> KnownRound:
        """A round, checked."""
        return rounds.know(self.client, self.folder, name, keys=self.keys, log_key=self.config.hub.log_key)


def submit(
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV or XLSX: item in the first column, value in the second.", show_default=False),
    ] = None,
    round_name: Annotated[str, typer.Option("--round", help="The round, such as 2026-q3.", show_default=False)] = "",
    config: ConfigOption = DEFAULT_PATH,
    *,
    measured: Annotated[
        bool, typer.Option("--measured", help="Also what this agent measured itself, marked as measured.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would leave.  Nothing is sent.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="A value far from last time's is right.")] = False,
    compared: Annotated[
        bool,
        typer.Option(
            "--compared",
            help="The fingerprints of parties that are new here were compared with the parties themselves.",
        ),
    ] = False,
    check: Annotated[
        str, typer.Option("--check", metavar="ROUND", help="After closing: does the list hold what was handed in?")
    ] = "",
    object_: Annotated[
        bool, typer.Option("--object", help="With --check: object with the receipt if it does not.")
    ] = False,
    period: Annotated[
        str,
        typer.Option(
            "--period", help="Joint statistics: the figures of a period, such as 2026-10.", show_default=False
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="With --period: why a figure differs from what was handed in.")
    ] = "",
    published: Annotated[
        bool, typer.Option("--published", help="With --period: you have made these figures public yourselves.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Hand in: values to a round of confidential benchmarking, or a period's counts to the joint statistics.

    With --round three ciphertexts leave, sealed here.  With --period the counts leave as shown.  Exit code 3 if a value is far
    from last time's or has changed, or if a party's key is new here."""
    if period:
        if file or round_name or check or object_ or measured or yes or compared:
            raise typer.BadParameter(
                "--period goes with --dry-run, --reason and --published alone", param_hint="--period"
            )
        submit_period(config, period, reason=reason, published=published, send=not dry_run, as_json=as_json)
    if reason or published:
        raise typer.BadParameter("--reason and --published go with --period", param_hint="--period")
    with opened(config) as desk:
        if check:
            _refuse_both(file, round_name, measured=measured or dry_run)
            _check(desk, check, wants_objection=object_, as_json=as_json)
        if object_:
            raise WrongUse("--object goes with --check ROUND, which finds out whether there is a reason")
        if not round_name or (file is None and not measured):
            raise WrongUse("expected --period PERIOD, or --round ROUND and a file, or --measured, or both")
        said = Said(send=not dry_run, sure=yes, compared=compared)
        _submit(desk, file, round_name, said, measured=measured, as_json=as_json)


def position(
    round_name: Annotated[str, typer.Argument(metavar="ROUND", help="A released round.")],
    config: ConfigOption = DEFAULT_PATH,
    *,
    as_json: JsonOption = False,
) -> None:
    """Open your own place in a released round with your key.  Nobody else can, the hub and each party included."""
    with opened(config) as desk:
        known = desk.know(round_name)
        found = positions(desk.client, desk.folder, known, desk.keys)
        if as_json:
            screen.print_json({"round": known.name, "positions": [place.facts() for place in found]})
        else:
            screen.show_positions(console, found)


def benchmark_key(
    member: Annotated[str, typer.Option("--member", help="Your organisation's id at the hub.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write it; the key_file of agent.toml if left out.")
    ] = None,
    config: ConfigOption = DEFAULT_PATH,
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a benchmark key.  Register its public halves at the hub, where a colleague compares the fingerprint."""
    with told("agent", advice="look at disk and rights, or run doctor"):
        settings = load(config).benchmark
        path = out or settings.key_file
        if path is None:
            raise WrongUse("expected --out FILE, or key_file in [benchmark] of agent.toml")
        words = key_files.passphrase(settings, ask=ask)
        if settings.passphrase_file is None and ask("The same again: ") != words:
            raise WrongUse("the two passphrases differ; nothing was written")
        keys = key_files.create(path, member, words)
        facts = {
            "key_file": str(path),
            "member": keys.member,
            "signing_key": keys.signing_key,
            "opening_key": keys.opening_key,
            "fingerprint": fingerprint(keys.signing_key, keys.opening_key),
        }
        if as_json:
            screen.print_json(facts)
        else:
            screen.show_key(console, facts)


@contextmanager
def opened(path: Path) -> Iterator[Desk]:
    """The desk for a command; faults become one line and an exit code.  One command at a time."""
    with told("agent", advice="look at disk and rights, or run doctor"):
        config = load(path)
        keys = key_files.open_keys(config.benchmark, ask=ask)
        config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with agent_lock(config.data_dir, name="benchmark.lock"), closing(connect(config)) as client:
            yield Desk(config=config, client=client, folder=RoundFolder(config.data_dir), keys=keys, now=utc_now())


def connect(config: Config) -> RoundsClient:
    """To the hub."""
    return RoundsClient(config.hub, config.benchmark.token)


def ask(question: str) -> str:
    """A secret, without echo."""
    if not sys.stdin.isatty():
        raise WrongUse("no passphrase_file in [benchmark] and nobody to ask; write one, mode 600")
    return str(typer.prompt(question.rstrip(": "), hide_input=True, err=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person has said.  send: and not only show.  sure: of values far from last time's.  compared: new parties' keys."""

    send: bool
    sure: bool
    compared: bool


def _submit(desk: Desk, file: Path | None, name: str, said: Said, *, measured: bool, as_json: bool) -> None:
    rows = read_table(file) if file is not None else []
    known = desk.know(name)
    counted = _measured(desk.config, known) if measured else Measured({})
    found = _lines(desk, known, rows, counted)
    prepared = handing_in.prepare(desk.client, known, found, desk.keys, last=desk.folder.last(name), now=desk.now)
    spec, given = known.specification, {line.item.id for line in found if line.value is not None}
    far = not said.sure and any(line.far for line in found)
    unseen = [] if said.compared else [*known.unseen]
    held = said.send and (far or bool(unseen))
    facts = {
        "round": name,
        "spec": spec.sha256,
        "period": {"from": spec.first_day.isoformat(), "to": spec.last_day.isoformat()},
        "deadline": moment_text(spec.deadline),
        "time_left": rounds.time_left(desk.now, spec),
        "parties": known.fingerprints(),
        "items": [line.facts() for line in found],
        "not_asked": sorted({row.item for row in rows} - set(spec.item_of)),
        "not_measured": {item: why for item, why in counted.lacking.items() if item not in given},
        "leaves": prepared.facts(),
        "held": held,
        "far": far,
        "unseen": unseen,
        "sent": False,
    }
    if not as_json:
        screen.show_submission(console, facts)
    if said.send and not held:
        receipt, kept = handing_in.send(desk.client, desk.folder, known, prepared, found, desk.keys, now=desk.now)
        Journal(desk.config.data_dir / "journal.jsonl", clock=utc_now).write(
            "handed_in", round=name, seq=receipt.envelope.seq, by=account()
        )
        facts |= {"sent": True, "receipt": receipt.wire(), "kept": str(kept)}
    if as_json:
        screen.print_json(facts)
    else:
        screen.show_outcome(console, facts)
    leave(Exit.HELD if held else Exit.FINE)


def _lines(desk: Desk, known: KnownRound, rows: list[Row], counted: Measured) -> list[Line]:
    found = lines(
        known.specification,
        rows,
        measured=counted.values,
        before=desk.folder.before(known.name, desk.keys),
        metrics=load_catalogue().metric_words.metrics,
    )
    if all(line.value is None for line in found):
        raise WrongUse(f"no value for any of the {len(found)} items of round {known.name}; nothing to hand in")
    return found


def _measured(config: Config, known: KnownRound) -> Measured:
    spec = known.specification
    state = State.open(config.data_dir)
    try:
        return measure(
            state,
            load_catalogue().metric_words.metrics,
            wanted=frozenset(spec.item_of),
            first=spec.first_day,
            last=spec.last_day,
        )
    finally:
        state.close()


def _check(desk: Desk, name: str, *, wants_objection: bool, as_json: bool) -> None:
    known = desk.know(name)
    checked, receipt = checking.check(desk.client, desk.folder, known, member=desk.keys.member)
    state = known.state
    if wants_objection and not checked.held:
        state = checking.object_to(desk.client, known, receipt)
        Journal(desk.config.data_dir / "journal.jsonl", clock=utc_now).write(
            "objected", round=name, seq=checked.kept, by=account()
        )
    if as_json:
        facts = {"round": name, "ok": checked.ok, "listed": checked.listed, "kept": checked.kept}
        facts |= {"size": checked.size, "root": checked.root, "signed": checked.signed, "others": checked.others}
        screen.print_json({**facts, "state": state, "line": checked.line})
    else:
        console.print(checked.line, soft_wrap=True)
        console.print(f"root of the list {checked.root}, signed by {checked.signed} of 3 parties", soft_wrap=True)
        if not checked.held:
            hint = (
                f"round {name} is {state} now"
                if wants_objection
                else "object with --object: no party may compute on it"
            )
            console.print(hint, soft_wrap=True)
    leave(Exit.FINE if checked.ok else Exit.FINDING)


def _refuse_both(file: Path | None, name: str, *, measured: bool) -> None:
    if file is not None or name or measured:
        raise WrongUse("--check ROUND looks at the list of a closed round and hands in nothing; give it alone")
