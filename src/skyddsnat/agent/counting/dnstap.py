"""Denominators from dnstap: how many look-ups clients made, by day.  Of a frame only its type and its time are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from skyddsnat.agent.counting.files import DAMAGED, GZIP_FAULT
from skyddsnat.agent.counting.times import DAY

if TYPE_CHECKING:
    from skyddsnat.agent.counting.files import LogFile

CLIENT_QUERY: Final = 5
CLIENT_RESPONSE: Final = 6
_LONGEST: Final = 1 << 20
_LOOK_EVERY: Final = 10_000


def looked_up(file: LogFile, *, look: Callable[[], None]) -> dict[int, int]:
    """Look-ups by day since the epoch.  A resolver that logs both queries and answers is counted once.

    What is damaged is read up to there, and told as the file's fault; a time behind the file's own is none.
    """
    counts: Counter[tuple[int, int]] = Counter()
    latest = int(file.modified.timestamp()) // DAY + 1
    for number, (kind, day) in enumerate(_messages(file), start=1):
        if number % _LOOK_EVERY == 0:
            look()
        if day <= latest:
            counts[kind, day] += 1
    days = {day for _, day in counts}
    return {day: max(counts[CLIENT_QUERY, day], counts[CLIENT_RESPONSE, day]) for day in days}


def _messages(file: LogFile) -> Iterator[tuple[int, int]]:
    """(type, day) of each frame that is about a client's look-up."""
    from dnstap_pb import Dnstap  # of the extra `count`
    from google.protobuf.message import DecodeError

    frame = Dnstap()
    try:
        while (payload := _next(file)) is not None:
            frame.ParseFromString(payload)
            message = frame.message
            if message.type == CLIENT_QUERY:
                yield CLIENT_QUERY, message.query_time_sec // DAY
            elif message.type == CLIENT_RESPONSE:
                yield CLIENT_RESPONSE, (message.query_time_sec or message.response_time_sec) // DAY
    except DecodeError:
        file.fault = "its frames are damaged"
    except DAMAGED:
        file.fault = GZIP_FAULT


def _next(file: LogFile) -> bytes | None:
    """The next data frame; None at the end.  Frame Streams: four octets of length, 0 of them before a control frame."""
    while (head := file.stream.read(4)) and len(head) == 4:
        length = int.from_bytes(head)
        is_control = length == 0
        if is_control:
            length = int.from_bytes(file.stream.read(4))
        if length > _LONGEST:
            file.fault = "its frames are damaged"
            return None
        payload = file.stream.read(length)
        if len(payload) < length:
            file.unfinished = True
            return None
        if not is_control:
            return payload
    return None
