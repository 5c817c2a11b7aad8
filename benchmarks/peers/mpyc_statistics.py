"""One party of three that computes one metric after another with MPyC's own statistics, as its examples do.

`python mpyc_statistics.py PARTY METRICS MEMBERS BITS HOST:PORT x3`; prints one line of JSON.  Without TLS, input proofs,
disclosure tests or ranks: what the comparison leaves out of the peer's work only makes it cheaper.
"""

from __future__ import annotations

import json
import random
import sys
import time

_, PARTY, METRICS, MEMBERS, BITS, *ADDRESSES = sys.argv
sys.argv = ["peer", *(f"-P{address}" for address in ADDRESSES), f"-I{PARTY}", "-K40", "--no-log", "--no-uvloop"]

from mpyc.runtime import mpc  # noqa: E402


async def main() -> None:
    """Median and the two edges of the thirds of each metric: what a round of five opens or tells, without ranks."""
    secint = mpc.SecInt(int(BITS))
    dice = random.Random(1)
    metrics = [[dice.randrange(2 ** (int(BITS) - 2)) for _ in range(int(MEMBERS))] for _ in range(int(METRICS))]
    await mpc.start()
    began, wall = time.process_time(), time.perf_counter()
    found = []
    for values in metrics:
        held = mpc.input([secint(value) for value in values], senders=0)
        median, edges = mpc.statistics.median_low(held), mpc.statistics.quantiles(held, n=3, method="inclusive")
        found.append(await mpc.output([median, *edges]))
    used, took = time.process_time() - began, time.perf_counter() - wall
    await mpc.shutdown()
    assert [each[0] for each in found] == [sorted(values)[(len(values) - 1) // 2] for values in metrics]
    print(json.dumps({"cpu_seconds": used, "wall_seconds": took}), flush=True)


mpc.run(main())
