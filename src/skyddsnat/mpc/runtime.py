"""MPyC, hardened, as the engine of one party; imported in that party's worker process and nowhere else.

What MPyC 0.11 does by itself, and what is done here about it (docs/benchmarking/computation.md):
  it unpickles what the network says          `_Json` in place of pickle, and arrays as plain numbers (--mix32-64bit)
  a listener believes the peer's number       the peer's certificate must be that party's of the approval, byte by byte
  it reads certificates from ./.config        own TLS contexts, TLS 1.3 only; the key never rests on a disk
  it listens on all interfaces                on the address of the approval alone
  it reads the host program's arguments       arguments of our own, and no MPYC_ variable of the environment
  it buffers whatever a peer sends            at most LARGEST_MESSAGE and MOST_WAITING
  it goes on waiting for a lost party         any loss ends the run in a named state, at once
  keys of its randomness live with the process  one process a run
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from skyddsnat.mpc.engine import Array
from skyddsnat.mpc.errors import ComputationFailed
from skyddsnat.mpc.shares import PARTIES
from skyddsnat.policy.benchmark.disclosure import WIDEST
from skyddsnat.protocols.benchmark.field import P

LARGEST_MESSAGE: Final = 64_000_000
"""Bytes of one message between parties."""

MOST_WAITING: Final = 10_000
"""Messages that may have come before we are ready for them."""

PATIENCE: Final = 0.5
"""Seconds from the loss of a party to the end of the run."""

PARTING_SECONDS: Final = 3.0

MASKING: Final = 40
"""Bits by which a masked number is longer than what it hides."""

_SERVER: Final = ssl.PROTOCOL_TLS_SERVER
_CLIENT: Final = ssl.PROTOCOL_TLS_CLIENT
_NotTrusted = ssl.SSLCertVerificationError


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where and as whom the parties meet.

    addresses: `host:port` of parties 0, 1 and 2.  certificates: theirs (PEM), from the approvals.  key: this party's (PEM).
    listen: the host to listen on where it is not the one of the own address (a machine behind translation of addresses).
    failed: told once when a peer is lost, false or unbearable; the run cannot go on.
    """

    party: int
    addresses: tuple[str, ...]
    certificates: tuple[str, ...]
    key: str
    failed: Callable[[ComputationFailed], None]
    connect_seconds: float = 60.0
    listen: str = ""


@dataclass(slots=True)
class Traffic:
    """What this party has sent."""

    bytes: int = 0
    messages: int = 0


class MpycEngine:
    """`engine.Engine` by MPyC."""

    def __init__(self, runtime: Any, meeting: Meeting, state: _State) -> None:
        self.party = meeting.party
        self.traffic = state.traffic
        self.loop: asyncio.AbstractEventLoop = runtime.mpc._loop
        self._runtime, self._mpc, self._meeting, self._state = runtime, runtime.mpc, meeting, state
        self._secure = self._mpc.SecInt(WIDEST, p=P)
        self._field = self._secure.field

    async def connect(self) -> None:
        """Meet the others.  Raises ComputationFailed(party_unavailable)."""
        try:
            await asyncio.wait_for(self._mpc.start(), self._meeting.connect_seconds)
        except TimeoutError:
            missing = [str(peer.pid) for peer in self._mpc.parties if peer.pid != self.party and peer.protocol is None]
            raise ComputationFailed("party_unavailable", f"party {' and '.join(missing)} did not come") from None

    async def close(self) -> None:
        """Part.  All three have said all that they had to say: from here on, losing one is no fault."""
        self._state.closing = True
        with contextlib.suppress(TimeoutError, AttributeError, OSError):  # from one that has gone already
            await asyncio.wait_for(self._mpc.shutdown(), PARTING_SECONDS)

    async def reshare(self, products: Array) -> Array:
        if not products.size:
            return products
        shared = await self._mpc._reshare(self._array(products))
        values: Array = shared.value.reshape(products.shape)
        return values

    async def post(self, message: Any) -> list[Any]:
        said: list[Any] = await self._mpc.transfer(message)
        return said

    def random(self, count: int) -> Array:
        return self._pseudorandom(self._runtime.thresha.np_pseudorandom_share, count)

    def zeros(self, count: int) -> Array:
        return self._pseudorandom(self._runtime.thresha.np_pseudorandom_share_0, count)

    async def negative(self, numbers: Array, *, bits: int) -> Array:
        return await self._sign(numbers, bits, LT=True)

    async def is_zero(self, numbers: Array, *, bits: int) -> Array:
        return await self._sign(numbers, bits, EQ=True)

    async def _sign(self, numbers: Array, bits: int, **which: bool) -> Array:
        if bits > WIDEST:
            raise ComputationFailed("specification", f"a comparison of {bits} bits, expected at most {WIDEST}")
        if not numbers.size:
            return numbers
        answer = self._mpc.np_sgn(self._secure.array(self._array(numbers)), l=bits, **which)
        values: Array = (await self._mpc.gather(answer)).value
        return values

    def _array(self, numbers: Array) -> Any:
        return self._field.array(numbers, check=False)

    def _pseudorandom(self, drawn: Callable[..., Any], count: int) -> Array:
        keys, once = self._mpc.prfs(self._field.order), self._mpc._prss_uci()
        values: Array = drawn(self._field, PARTIES, self.party, keys, once, count).value % P
        return values


@dataclass(slots=True)
class _State:
    """What the connections share.  closing: losing a peer is no fault any more."""

    meeting: Meeting
    traffic: Traffic
    closing: bool = False
    broken: bool = False

    def fail(self, code: str, message: str) -> None:
        if not self.broken and not self.closing:
            self.broken = True
            self.meeting.failed(ComputationFailed(code, message))


def start(meeting: Meeting) -> MpycEngine:
    """Load MPyC for this meeting, on an event loop of its own.  Once a process.

    Raises ComputationFailed(job) in a process that has it loaded already.
    """
    if "mpyc" in sys.modules:
        raise ComputationFailed("job", "the computation was started twice in one process")
    for name in [name for name in os.environ if name.startswith("MPYC_")]:
        del os.environ[name]
    loop = asyncio.SelectorEventLoop()  # asyncio's own, whatever else is installed
    asyncio.set_event_loop(loop)
    peers = [_split(address) for address in meeting.addresses]
    given, sys.argv = sys.argv, _arguments(meeting.party, [port for _, port in peers])
    try:
        import mpyc.runtime as runtime
    finally:
        sys.argv = given
    state = _State(meeting, Traffic())
    runtime.pickle = _Json
    runtime.asyncoro.MessageExchanger = _exchanger(runtime.asyncoro.MessageExchanger, state)
    for party, (host, port) in zip(runtime.mpc.parties, peers, strict=True):
        party.host, party.port = host, port
    _guard_identity(runtime.mpc, state)
    _guard_connections(loop, meeting, state, peers[meeting.party][0])
    return MpycEngine(runtime, meeting, state)


def _arguments(party: int, ports: list[int]) -> list[str]:
    addresses = [
        f"-P127.0.0.1:{port}" for port in ports
    ]  # the real hosts are set afterwards, so that no spelling misleads
    return ["party", *addresses, f"-I{party}", f"-K{MASKING}", "--mix32-64bit", "--no-log", "--no-uvloop"]


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


class _Json:
    """Data only, in place of pickle."""

    @staticmethod
    def dumps(thing: Any) -> bytes:
        return json.dumps(thing, allow_nan=False).encode()

    @staticmethod
    def loads(raw: bytes | bytearray) -> Any:
        try:
            return json.loads(bytes(raw), parse_float=_refuse, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise ComputationFailed("output_inconsistent", "a party said what is no JSON") from None


def _refuse(number: str) -> NoReturn:
    """Parties say whole numbers and texts; what is infinite or none is no number that can be judged."""
    raise ValueError(f"{len(number)} characters of a number that is not whole")


def _exchanger(base: Any, state: _State) -> Any:
    class Exchanger(base):  # type: ignore[misc]
        """Bounds what a peer may send, counts what is sent, and ends the run when a peer is lost."""

        __slots__ = ()

        def send(self, pc: int, payload: bytes) -> None:
            state.traffic.messages += 1
            state.traffic.bytes += len(payload) + 12
            super().send(pc, payload)

        def data_received(self, data: bytes) -> None:
            try:
                super().data_received(data)
            except Exception:  # noqa: BLE001  whatever a peer sends must end here, and in a named state
                state.fail("output_inconsistent", f"party {self.peer_pid} sent what could not be read")
                return
            if len(self.bytes) >= 12 and int.from_bytes(self.bytes[8:12], "little") > LARGEST_MESSAGE:
                state.fail("output_inconsistent", f"party {self.peer_pid} sent more than can be one message")
            if len(self.buffers) > MOST_WAITING:
                state.fail("output_inconsistent", f"party {self.peer_pid} sent what nobody waits for")

        def connection_lost(self, exc: Exception | None) -> None:
            if self.peer_pid is None:
                return  # somebody that never said who it was
            if state.closing:
                super().connection_lost(None)
                return
            # What it said before it left is heard first: it may tell a better reason.
            self.runtime._loop.call_later(PATIENCE, state.fail, "party_unavailable", f"party {self.peer_pid} was lost")

    return Exchanger


def _guard_identity(mpc: Any, state: _State) -> None:
    """Register a peer only if its certificate is the one that the party of that number approved the round with."""
    known = [ssl.PEM_cert_to_DER_cert(certificate) for certificate in state.meeting.certificates]
    register = mpc.set_protocol

    def set_protocol(peer: int, protocol: Any) -> None:
        shown = protocol.transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if (
            peer == state.meeting.party
            or peer >= PARTIES
            or shown != known[peer]
            or mpc.parties[peer].protocol is not None
        ):
            protocol.transport.abort()
            state.fail("peer_identity", f"somebody came as party {peer} without that party's certificate")
            return
        register(peer, protocol)

    mpc.set_protocol = set_protocol


def _guard_connections(loop: asyncio.AbstractEventLoop, meeting: Meeting, state: _State, own_host: str) -> None:
    """TLS 1.3 with the certificates of the approvals, on the own address only."""
    listen, dial = loop.create_server, loop.create_connection
    contexts = {side: _context(meeting, side) for side in (_SERVER, _CLIENT)}

    async def create_server(factory: Any, *, port: int, ssl: Any) -> Any:
        return await listen(factory, host=meeting.listen or own_host, port=port, ssl=contexts[_SERVER])

    async def create_connection(factory: Any, host: str, port: int, *, ssl: Any, server_hostname: Any) -> Any:
        try:
            return await dial(factory, host, port, ssl=contexts[_CLIENT], server_hostname="")
        except _NotTrusted:
            state.fail("peer_identity", f"somebody else answers at {host}:{port}")
            raise

    loop.create_server = create_server  # type: ignore[method-assign,assignment]
    loop.create_connection = create_connection  # type: ignore[method-assign,assignment]


def _context(meeting: Meeting, side: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the whole certificate is compared (`_guard_identity`)
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    others = [pem for party, pem in enumerate(meeting.certificates) if party != meeting.party]
    context.load_verify_locations(cadata="\n".join(others))
    _load_key(context, meeting.certificates[meeting.party] + "\n" + meeting.key)
    return context


def _load_key(context: ssl.SSLContext, pem: str) -> None:
    """Give the context its key.  OpenSSL reads it from a file only; this one is in memory where the system can do that."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("tls", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, pem.encode())
            context.load_cert_chain(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory() as folder:  # readable by this user alone
        path = Path(folder, "tls.pem")
        path.write_text(pem, encoding="ascii")
        context.load_cert_chain(path)
