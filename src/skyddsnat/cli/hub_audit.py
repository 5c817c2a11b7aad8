"""`skyddsnat hub audit`: check the log, show what was signed, hand it out.  Exit codes: 0 fine, 1 a finding, 2 wrong use."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from skyddsnat.cli.hub_place import DEFAULT, Place, wrong_use

FINDING = 1

app = typer.Typer(
    no_args_is_help=True,
    help="The tamper-evident log: check it, show its checkpoint, hand it out.  Exit codes: 0 fine, 1 a finding, 2 wrong use.",
)
DataOption = Annotated[Path, typer.Option("--data", envvar="SKYDDSNAT_DATA", help="The hub's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


@app.command()
def verify(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """Look through the whole log for a row that was edited, removed, put in or moved.  Exit code 1 names the first one."""
    Place(data).load()
    from skyddsnat.hub.audit.queries import verifying

    found = verifying.verify(_progress if sys.stderr.isatty() else lambda _done, _of: None)
    if as_json:
        typer.echo(json.dumps({"ok": found.whole, **asdict(found)}))
    else:
        for fault in found.faults:
            where = f"entry {fault.index}" if fault.index is not None else "-"
            row = f", row with id {fault.entry}" if fault.entry is not None else ""
            typer.echo(f"{fault.code}: {where}{row}: {fault.detail}")
        if found.whole:
            typer.echo(f"{found.size:,} entries fit {found.checkpoints} signed checkpoints; root {found.root or '-'}")
            typer.echo(f"newer entries that wait for their place, which takes about a second: {found.waiting}")
        else:
            typer.echo(f"the log was changed; {len(found.faults)} findings, the first one above (docs/security/log.md)")
    raise typer.Exit(0 if found.whole else FINDING)


@app.command()
def checkpoint(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """The newest signed checkpoint, the key that agents pin, and who has cosigned."""
    Place(data).load()
    from django.utils import timezone

    from skyddsnat.hub.audit import keys
    from skyddsnat.hub.audit.queries.tree import newest
    from skyddsnat.hub.audit.queries.witnesses import settled_size, witnesses

    last, heard = newest(), witnesses(now=timezone.now())
    facts = {
        "log_public_key": keys.ensure_log_key().text(),
        "size": last.size if last else 0,
        "at": last.at.isoformat() if last else None,
        "note": last.note if last else None,
        "settled": settled_size(heard),
        "witnesses": [
            {"member": one.member_id, "agent": one.agent, "size": one.size, "at": one.cosigned_at.isoformat()}
            for one in heard
        ],
    }
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    typer.echo(f"log_public_key: {facts['log_public_key']}\n")
    typer.echo(last.note if last else "nothing is signed yet")
    for one in heard:
        typer.echo(
            f"cosigned up to {one.size} by {one.member.name}, agent {one.agent}, {one.cosigned_at:%Y-%m-%d %H:%M}"
        )
    typer.echo(f"settled up to {facts['settled']}: more than half of the members with an agent have cosigned it")


@app.command()
def export(
    to: Annotated[Path, typer.Argument(help="The folder to make; it must not exist yet.")],
    data: DataOption = DEFAULT,
    *,
    details: Annotated[
        bool,
        typer.Option(
            "--with-details", help="Name people too, with the salts that prove it: only for who may see that."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the whole log, and one stand-alone file that checks it with nothing of ours."""
    Place(data).load()
    from skyddsnat.hub.audit.queries.exporting import VERIFIER, entries_signed, export_lines
    from skyddsnat.hub.audit.services import record
    from skyddsnat.hub.members.actor import HUB

    if to.exists():
        wrong_use(f"{to} is there already, expected a new folder; choose another name")
    to.mkdir(parents=True, mode=0o700)
    # Before anything leaves: whoever stops the command half-way has the half.
    record(HUB, "log.exported", kind="coalition", object_id="log", entries=entries_signed(), details=details)
    lines = 0
    with os.fdopen(
        os.open(to / "log.jsonl", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as out:
        for line in export_lines(details=details):
            out.write(line)
            lines += 1
    shutil.copyfile(VERIFIER, to / VERIFIER.name)
    if as_json:
        typer.echo(json.dumps({"folder": str(to), "lines": lines, "details": details}))
    else:
        typer.echo(
            f"{lines:,} lines in {to / 'log.jsonl'}; check them: python3 {to / VERIFIER.name} {to / 'log.jsonl'} --key KEY"
        )


@app.command()
def erase(
    email: Annotated[str, typer.Argument(help="Whose details to erase; the person's access must be closed.")],
    data: DataOption = DEFAULT,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Forget who a person was, also in the log, whose tree stays whole.  It cannot be undone."""
    Place(data).load()
    from skyddsnat.hub.members import services
    from skyddsnat.hub.members.actor import HUB
    from skyddsnat.hub.members.models import Person
    from skyddsnat.policy.errors import PolicyRefusal

    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        wrong_use(f"nobody has the address {email!r}, expected a person whose access is closed")
    if not yes:
        typer.confirm(f"Erase {person.name} for ever?", abort=True)
    try:
        entries = services.erase_person(HUB, person)
    except PolicyRefusal as refusal:
        wrong_use(f"refused ({refusal.code}); expected a person whose access a coordinator has closed")
    typer.echo(json.dumps({"entries": entries}) if as_json else f"erased, also from {entries:,} entries of the log")


@app.command("adopt-restored")
def adopt_restored(data: DataOption = DEFAULT, *, as_json: JsonOption = False) -> None:
    """After a restore from a backup: go on from what is there.  Every agent will refuse and shout until told why."""
    Place(data).load()
    from skyddsnat.hub.audit import services
    from skyddsnat.hub.members.actor import HUB

    try:
        lost, kept = services.adopt_restored(HUB)
    except services.LogRefusal as refusal:
        wrong_use(str(refusal))
    if as_json:
        typer.echo(json.dumps({"lost": lost, "kept": kept}))
    else:
        typer.echo(f"the log goes on from entry {kept}; {lost - kept} signed entries are lost: tell every member why")


def _progress(done: int, of: int) -> None:
    end = "\n" if done == of else "\r"
    print(f"{done:,} of {of:,} entries", end=end, file=sys.stderr, flush=True)
