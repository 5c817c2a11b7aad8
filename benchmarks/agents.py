"""Many agents that poll every two seconds while people work: who is answered in time, what it costs, what is left for people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.bench import DATABASES, Bench
from benchmarks.client import MEDIA, Unexpected
from benchmarks.hub import Served
from benchmarks.lines import Line
from benchmarks.measure import cpu_seconds, memory_mb, percentile

CROWDS = (100, 500, 1_000, 2_000)
POLL = 2.0
"""Seconds between two polls of an agent, as its settings say."""

SECONDS = 10
"""How long each crowd polls."""

IN_TIME = 0.200
PUBLISHED, SIGNALS = 10_000, 2_000
PERSON_EVERY = 0.5


@dataclass(slots=True)
class Seen:
    """Seconds from when each answer was due to be asked for until it was there, and how many never came."""

    polls: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    lost: int = 0


def run(bench: Bench) -> Iterator[Line]:
    """Each crowd on both databases.  Half of them ask for the signed head, as our agents do; half poll objects with an ETag."""
    for database in DATABASES:
        hub = bench.hub("agents", database)
        bench.tell(f"filling a hub on {database} for agents and people")
        hub.fill("publish", PUBLISHED)
        hub.fill("signals", SIGNALS)
        tokens = hub.fill("tokens", max(CROWDS))
        with hub.served() as served:
            for crowd in CROWDS:
                bench.tell(f"{crowd} agents on {database}, for {SECONDS} s")
                used, own, began = cpu_seconds(served.pids), time.process_time(), time.perf_counter()
                seen = asyncio.run(_crowd(served, tokens[:crowd]))
                took = time.perf_counter() - began
                used, own = cpu_seconds(served.pids) - used, time.process_time() - own
                yield _line(served, crowd, seen, used, {"cores_used": used / took, "cores_used_by_client": own / took})


def _line(served: Served, crowd: int, seen: Seen, used: float, cores: dict[str, float]) -> Line:
    asked = len(seen.polls) + seen.lost
    in_time = sum(one <= IN_TIME for one in seen.polls) / max(asked, 1)
    return Line(
        bench="agents",
        name=f"{crowd:04}-{served.hub.database}",
        what=f"{crowd} agents, a poll every {POLL:g} s, on {served.hub.database}: share answered within 200 ms",
        ratio=in_time,
        how=f"granian with two workers of four threads, a connection and a token for each agent, {SECONDS} s, nothing new; "
        f"people open the signals list meanwhile",
        figures={
            "polls_per_s": asked / SECONDS,
            "p50_ms": percentile(seen.polls, 0.5) * 1000,
            "p99_ms": percentile(seen.polls, 0.99) * 1000,
            "lost": seen.lost,
            "cpu_ms_per_poll": used / max(asked, 1) * 1000,
            **cores,
            "page_for_people_p50_ms": percentile(seen.pages, 0.5) * 1000,
            "page_for_people_p95_ms": percentile(seen.pages, 0.95) * 1000,
            "memory_mb": memory_mb(served.pids),
        },
    )


async def _crowd(served: Served, tokens: list[str]) -> Seen:
    """All of them at once, each at its own moment of the two seconds."""
    seen, root = Seen(), f"/taxii2/skyddsnat/collections/{served.hub.facts['verified']}"
    etag = await _etag(served, f"{root}/objects/?limit=1", tokens[0])
    start = time.perf_counter() + 1.0
    async with asyncio.TaskGroup() as everyone:
        for number, token in enumerate(tokens):
            first = start + POLL * number / len(tokens)
            asked = (
                _request(f"{root}/head/", token) if number % 2 else _request(f"{root}/objects/?limit=1000", token, etag)
            )
            everyone.create_task(_agent(served.port, asked, first, start + SECONDS, seen))
        everyone.create_task(_person(served, start, start + SECONDS, seen))
    return seen


async def _agent(port: int, asked: bytes, at: float, end: float, seen: Seen) -> None:
    """Ask at each moment that is due; the time counts from that moment, also when the answer before it was late."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while at < end:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            status, _ = await asyncio.wait_for(_answer(reader, writer, asked), timeout=30)
            if status not in {200, 304}:
                raise Unexpected(f"a poll was answered with {status}, expected 200 or 304")
            seen.polls.append(time.perf_counter() - at)
            at += POLL
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        seen.lost += 1
    finally:
        writer.close()


async def _person(served: Served, at: float, end: float, seen: Seen) -> None:
    """Someone who reads the list again and again."""
    cookie = f"Cookie: sessionid={served.hub.facts['sessions']['alfa.analyst']}"
    asked = f"GET /signals/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\nAccept-Language: sv\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    while at < end:
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        began = time.perf_counter()
        status, _ = await _answer(reader, writer, asked)
        if status != 200:
            raise Unexpected(f"the list was answered with {status}, expected 200")
        seen.pages.append(time.perf_counter() - began)
        at = max(at + PERSON_EVERY, time.perf_counter())
    writer.close()


async def _etag(served: Served, path: str, token: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    _, headers = await _answer(reader, writer, _request(path, token))
    writer.close()
    return headers["etag"]


def _request(path: str, token: str, etag: str = "") -> bytes:
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {MEDIA}\r\nAuthorization: Bearer {token}\r\n{known}\r\n"
    ).encode()


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes
) -> tuple[int, dict[str, str]]:
    """Status and headers; the body is read and dropped."""
    writer.write(asked)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    if headers.get("transfer-encoding") == "chunked":
        while size := int((await reader.readline()).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(headers.get("content-length", 0)))
    return int(head[0].split()[1]), headers
