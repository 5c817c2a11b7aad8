"""Look-ups of PDQ hashes in a list of random ones, by this project or by threatexchange's own index, in a process of its own.

`python near_hashes.py ours|theirs FOLDER HASHES QUESTIONS`; the same seed gives both the same hashes and the same questions, half
of them at 1 to 31 bits from a listed hash.  Prints one line of JSON.  Random bits alone: no hash of anything.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

WHOSE, FOLDER, HASHES, QUESTIONS = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
WARM = 20
"""Questions before the clock starts: both have made what they make lazily by then."""

type Answers = list[list[tuple[int, int]]]
type Ask = Callable[[str], list[tuple[int, int]]]


def ours(hashes: list[bytes]) -> Ask:
    """The file as the agent writes it, and the look-up that the command does."""
    from skyddsnat.agent.hashes.list_file import file_name, list_files
    from skyddsnat.agent.hashes.lookup import Lookup
    from skyddsnat.policy.vocabulary import HashKind

    if not (writer := os.fork()):  # the agent writes, and another process looks up
        rows = [(digest, place.to_bytes(16)) for place, digest in enumerate(hashes)]
        (FOLDER / file_name(HashKind.PDQ)).write_bytes(list_files({HashKind.PDQ: rows})[1][HashKind.PDQ])
        os._exit(0)
    os.waitpid(writer, 0)
    lists = Lookup(FOLDER)
    return lambda text: [(one.distance, UUID(one.entry[11:]).int) for one in lists.digest(f"pdq:{text}")]


def theirs(hashes: list[bytes]) -> Ask:
    """The default index, built from text as its users do."""
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    index = PDQIndex([(digest.hex(), place) for place, digest in enumerate(hashes)])
    return lambda text: sorted((one.similarity_info.distance, one.metadata) for one in index.query(text))


def questions(hashes: list[bytes], dice: random.Random) -> list[str]:
    """In hexadecimal."""
    found = []
    for number in range(QUESTIONS + WARM):
        asked = dice.getrandbits(256)
        if number % 2:
            asked = int.from_bytes(dice.choice(hashes))
            for bit in dice.sample(range(256), dice.randint(1, 31)):
                asked ^= 1 << bit
        found.append(asked.to_bytes(32).hex())
    return found


def main() -> None:
    """Build, ask, tell."""
    dice = random.Random(2026)
    pool = dice.randbytes(32 * HASHES)
    hashes = [pool[start : start + 32] for start in range(0, len(pool), 32)]
    asked = questions(hashes, dice)
    before = memory_mb()
    began, used = time.perf_counter(), cpu_seconds()
    ask = (ours if WHOSE == "ours" else theirs)(hashes)
    for text in asked[:WARM]:
        ask(text)
    ready, ready_cpu = time.perf_counter() - began, cpu_seconds() - used
    began, used = time.perf_counter(), cpu_seconds()
    answers: Answers = [ask(text) for text in asked[WARM:]]
    took, took_cpu = time.perf_counter() - began, cpu_seconds() - used
    facts = {
        "ready_s": ready,
        "ready_cpu_s": ready_cpu,
        "question_ms": took / QUESTIONS * 1000,
        "question_cpu_ms": took_cpu / QUESTIONS * 1000,
        "memory_mb": memory_mb() - before,
    }
    print(json.dumps({"facts": facts, "answers": answers}))


def cpu_seconds() -> float:
    """Processor time of this process and of the one that wrote for it."""
    return sum(os.times()[:4])


def memory_mb() -> float:
    """Memory that is this process's own, mapped files apart."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1]) / 1024
    return 0.0


main()
