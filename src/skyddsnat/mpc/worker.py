"""One party's computation of one round, in a process of its own: `python -m skyddsnat.mpc.worker`.

First line on stdin: the job (`mpc.job`).  Lines of JSON on stdout: {"phase", "done", "of"}; {"verdict"}; then it waits for the
line {"go": true}, so that the supervisor can exchange signed verdicts; then {"opened", "private", "facts"}; then it waits for
{"stored": true}, tells the other two, and says {"done": true} once all three have stored theirs.  When it cannot go on: {"error",
"detail"} and exit code 1.  It holds no long-term key, writes no file, and ends with the run.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TextIO

from skyddsnat.mpc import job as jobs
from skyddsnat.mpc import program, run
from skyddsnat.mpc.engine import Engine
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.mpc.job import Job
from skyddsnat.mpc.run import Outcome, Verdict
from skyddsnat.mpc.runtime import Meeting, MpycEngine, start
from skyddsnat.protocols.benchmark import canonical
from skyddsnat.protocols.benchmark.statement import Fault


def main() -> NoReturn:
    """Run the job on stdin."""
    lines = Lines(os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8"))
    sys.stdout = sys.stderr  # nothing that a library prints is taken for an answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no image of memory, with shares and keys in it, is left behind
    try:
        job = jobs.read(sys.stdin.readline())
        _compute(job, lines)
    except ComputationFailed as fault:
        lines.fail(fault)
    lines.end(0)


class Lines:
    """What the supervisor reads."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def say(self, thing: Mapping[str, Any]) -> None:
        """One line."""
        self._out.write(json.dumps(thing) + "\n")
        self._out.flush()

    def fail(self, fault: ComputationFailed) -> NoReturn:
        """The last line of a run that came to nothing."""
        self.say({"error": fault.code, "detail": {"said": fault.message}})
        self.end(1)

    def end(self, code: int) -> NoReturn:
        """At once: another thread may still wait on stdin."""
        self._out.flush()
        os._exit(code)


def _compute(job: Job, lines: Lines) -> None:
    if job.limits.memory_megabytes:
        most = job.limits.memory_megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    engine = start(
        Meeting(
            party=job.party,
            addresses=job.addresses,
            certificates=job.certificates,
            key=job.tls_key,
            failed=lines.fail,
            connect_seconds=job.limits.connect_seconds,
            listen=job.listen,
        )
    )
    late = ComputationFailed("time_limit", f"not done within {job.limits.wall_seconds:g} s")
    engine.loop.call_later(job.limits.wall_seconds, lines.fail, late)
    try:
        engine.loop.run_until_complete(_phases(engine, job, lines))
    except RuntimeError:  # MPyC stops the loop when a coroutine of its own breaks on what a party sent
        raise ComputationFailed("output_inconsistent", "what a party sent could not be computed with") from None
    except MemoryError:
        raise ComputationFailed("time_limit", "more memory is needed than the limit allows") from None


async def _phases(engine: MpycEngine, job: Job, lines: Lines) -> None:
    lines.say({"phase": "connecting", "done": 0, "of": 1})
    await engine.connect()
    began = time.perf_counter(), time.process_time()
    judged = await _check_same(engine, job)
    lines.say({"phase": "proofs", "done": 0, "of": len(job.envelopes)})
    shares = job.shares()
    verdict = judged or await run.judge(engine, job.specification, shares, context=bytes.fromhex(job.context))
    await _check_verdict(engine, verdict, shares)
    lines.say({"verdict": verdict_document(verdict)})
    paused = time.perf_counter()
    await _hear(engine, "go")
    waited = time.perf_counter() - paused
    used = {member: share for member, share in shares.items() if not isinstance(share, Fault)}
    outcome = await run.compute(
        engine,
        job.specification,
        used,
        verdict.accepted,
        tell=lambda phase, done, of: lines.say({"phase": phase, "done": done, "of": of}),
    )
    wall, cpu = time.perf_counter() - began[0] - waited, time.process_time() - began[1]
    lines.say(_outcome_document(outcome) | {"facts": _facts(engine, wall=wall, cpu=cpu)})
    await _hear(engine, "stored")
    await engine.post("stored")
    lines.say({"done": True})
    await engine.close()


async def _check_same(engine: Engine, job: Job) -> Verdict | None:
    """The verdict of an earlier run, if all three have one.  Raises ComputationFailed(version_mismatch | root_mismatch)."""
    said = await engine.post({"program": program.digest(), "context": job.context, "judged": job.verdict is not None})
    for name, code in (("program", "version_mismatch"), ("context", "root_mismatch")):
        if len({str(each.get(name)) if isinstance(each, dict) else "" for each in said}) != 1:
            raise ComputationFailed(code, f"the parties run with another {name}")
    return job.verdict if all(each.get("judged") is True for each in said) else None


async def _check_verdict(engine: Engine, verdict: Verdict, shares: Mapping[str, Sequence[int] | Fault]) -> None:
    """Raises ComputationFailed(verdict_mismatch) when parties differ, or when one has no shares of an accepted member."""
    own = canonical.digest(verdict_document(verdict))
    if any(isinstance(shares.get(member, Fault.UNOPENABLE), Fault) for member in verdict.accepted):
        own = "no shares"
    said = await engine.post(own)
    if own == "no shares" or any(each != own for each in said):
        raise ComputationFailed("verdict_mismatch", "the parties do not agree on whose hand-in is used")


async def _hear(engine: MpycEngine, word: str) -> None:
    """Wait for the supervisor's word.  Raises ComputationFailed(job) when it is gone or says anything else."""
    line = await engine.loop.run_in_executor(None, sys.stdin.readline)
    try:
        if json.loads(line) == {word: True}:
            return
    except ValueError:
        pass
    raise ComputationFailed("job", f"the supervisor did not say {word}")


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """As it is signed."""
    rejected = []
    for member, fault in sorted(verdict.rejected.items()):
        by = verdict.unread_by.get(member)
        rejected.append({"member": member, "reason": fault.value} | ({"by": list(by)} if by else {}))
    return {"accepted": list(verdict.accepted), "rejected": rejected}


def _outcome_document(outcome: Outcome) -> dict[str, Any]:
    return {
        "opened": {name: str(share) for name, share in outcome.opened.items()},
        "private": {
            member: {name: str(share) for name, share in shares.items()} for member, shares in outcome.private.items()
        },
    }


def _facts(engine: MpycEngine, *, wall: float, cpu: float) -> dict[str, Any]:
    """CPU and wall seconds from the first word between the parties to the last share, without start and waiting for `go`."""
    return {
        "bytes_sent": engine.traffic.bytes,
        "messages": engine.traffic.messages,
        "cpu_seconds": round(cpu, 3),
        "wall_seconds": round(wall, 3),
        "max_rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


if __name__ == "__main__":
    main()
