"""A primary driven by TSIG-signed DNS UPDATE over TCP (RFC 2136): Knot DNS or BIND.

The file is always written first.  Knot reverts what came by UPDATE alone: on a restart or reload it makes the zone equal to
its file again (reference, Trap 1).  With the same content in both, a restart changes nothing.  BIND keeps the updates in a
file and a journal of its own, and never sees the agent's.

The agent does not trust its memory of what the primary holds: if the serial is not the one it left, it transfers the zone and
works out the difference from what is really there.
"""

from __future__ import annotations

import base64
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.update
import dns.xfr
import dns.zone

from skyddsnat.agent.config import PrimaryConfig
from skyddsnat.agent.errors import ConfigError, PrimaryError
from skyddsnat.agent.primaries import ZoneUpdate
from skyddsnat.agent.primaries.zonefile import run_reload, write_atomically
from skyddsnat.protocols.rpz import Changes, Record, changes_between
from skyddsnat.protocols.rpz.zone import BLOCK_TTL

log = logging.getLogger("skyddsnat.agent")

OCTETS_A_MESSAGE = 60_000
"""A DNS message over TCP has at most 65,535 octets; the rest is for header, zone and signature."""

RELOAD_ABOVE = 4000
"""Changed rows from which reading the file again is quicker than UPDATE, if there is a reload command."""

TIMEOUT_SECONDS = 15.0
TRANSFER_SECONDS = 300.0
SETTLE_SECONDS = 120.0


class UpdatePrimary:
    """One primary that holds both zones."""

    def __init__(
        self,
        config: PrimaryConfig,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._address = config.address or "127.0.0.1"
        self._sleep = sleep
        self._monotonic = monotonic

    def write_file(self, update: ZoneUpdate) -> None:
        """Put the file in place; the running server does not look at it yet."""
        write_atomically(update.file, update.text)

    def apply(self, update: ZoneUpdate) -> int:
        """Send the difference between what is served and what is wanted."""
        served = self._require_serial(update.zone)
        changes = update.changes if update.before_serial == served else None
        if changes is None:
            changes = changes_between(self._transfer(update.zone), update.records())
        if not changes:
            return served
        if (update.by_file or len(changes) > RELOAD_ABOVE) and self._config.reload_command:
            try:
                return self._reload(update, served)
            except PrimaryError as error:
                log.warning("%s; sending the changes one by one instead", error)
                changes = changes_between(self._transfer(update.zone), update.records())
        for piece in changes.batches(OCTETS_A_MESSAGE):
            self._update(update.zone, piece)
        return self._require_serial(update.zone)

    def serial(self, zone: str) -> int | None:
        """The serial by a signed SOA query; None if the primary does not have the zone."""
        try:
            with _told(zone):
                return self._soa(zone, signed=True)
        except _Unsigned:
            with _told(zone):
                if self._soa(zone, signed=False) is None:
                    return None
            raise

    def refused(self, zone: str) -> list[str]:
        """By asking for it: the removal of what is not there, which changes nothing, and a transfer."""
        told = []
        nothing = Changes(delete=(Record(f"nothing.{secrets.token_hex(8)}", "A", "192.0.2.1"),), add=())
        attempts: tuple[Callable[[], None], ...] = (
            lambda: self._update(zone, nothing),
            lambda: self._may_transfer(zone),
        )
        for attempt in attempts:
            try:
                attempt()
            except PrimaryError as error:
                told.append(str(error))
        return told

    def _soa(self, zone: str, *, signed: bool) -> int | None:
        query = dns.message.make_query(f"{zone}.", dns.rdatatype.SOA)
        query.flags = dns.flags.Flag(0)
        if signed:
            query.use_tsig(self._key())
        answer = dns.query.tcp(query, self._address, port=self._config.port, timeout=TIMEOUT_SECONDS)
        for rrset in answer.answer:
            if rrset.rdtype == dns.rdatatype.SOA:
                return int(rrset[0].serial)
        return None

    def _require_serial(self, zone: str) -> int:
        serial = self.serial(zone)
        if serial is None:
            raise PrimaryError(
                f"the primary does not serve {zone}, expected it as a zone in {self._config.server_file} with its file in "
                f'place; check that file and run "{self._config.how_to_load(zone)}"'
            )
        return serial

    def _key(self) -> dns.tsig.Key:
        try:
            secret = self._config.key.read()
        except ConfigError as error:
            raise PrimaryError(str(error)) from error
        if secret is None:
            raise PrimaryError(
                f"no TSIG secret, expected base64 in key_file or in ${self._config.key.variable}; it must be the one in "
                f"{self._config.server_file}"
            )
        try:
            raw = base64.b64decode(secret, validate=True)
        except ValueError as error:
            raise PrimaryError(
                f"the TSIG secret is not base64, expected the one in {self._config.server_file}; check key_file"
            ) from error
        return dns.tsig.Key(self._config.key_name, raw, self._config.key_algorithm)

    def _update(self, zone: str, changes: Changes) -> None:
        message = dns.update.UpdateMessage(f"{zone}.", keyring=self._key())
        for row in changes.delete:
            message.delete(row.owner, row.kind, row.data)
        for row in changes.add:
            message.add(row.owner, BLOCK_TTL, row.kind, row.data)
        self._ask(zone, message, what="update")

    def _transfer(self, zone: str) -> frozenset[Record]:
        """What the primary really holds."""
        content = dns.zone.Zone(f"{zone}.")
        query, _ = dns.xfr.make_query(content, serial=None, keyring=self._key())
        with _told(zone):
            dns.query.inbound_xfr(
                self._address,
                content,
                query,
                port=self._config.port,
                timeout=TIMEOUT_SECONDS,
                lifetime=TRANSFER_SECONDS,
            )
        return frozenset(
            Record(str(name), dns.rdatatype.to_text(data.rdtype), data.to_text(relativize=False))
            for name, _, data in content.iterate_rdatas()
            if name != dns.name.empty
        )

    def _may_transfer(self, zone: str) -> None:
        """Ask for what is newer than the newest: a right to transfer shows, and nothing has to be sent."""
        query = dns.message.make_query(f"{zone}.", dns.rdatatype.IXFR)
        soa = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.SOA, f". . {self._require_serial(zone)} 0 0 0 0")
        query.authority.append(dns.rrset.from_rdata(f"{zone}.", 0, soa))
        query.use_tsig(self._key())
        self._ask(zone, query, what="transfer")

    def _ask(self, zone: str, message: dns.message.Message, *, what: str) -> None:
        """Send a signed message that is granted or refused.  Knot leaves a refusal unsigned, whatever its cause."""
        try:
            with _told(zone):
                answer = dns.query.tcp(message, self._address, port=self._config.port, timeout=TIMEOUT_SECONDS)
            code = dns.rcode.to_text(answer.rcode())
        except _Unsigned:
            code = "an unsigned refusal"
        if code != "NOERROR":
            raise PrimaryError(
                f"the primary answered {code} to the {what} of {zone}, expected NOERROR; let the agent's key do it, from this "
                f"machine's address, in {self._config.server_file}"
            )

    def _reload(self, update: ZoneUpdate, served: int) -> int:
        """Let the primary read the file, and wait until it serves another serial."""
        run_reload(self._config.reload_command, update.zone)
        until = self._monotonic() + SETTLE_SECONDS
        while self._monotonic() < until:
            serial = self._require_serial(update.zone)
            if serial != served:
                return serial
            self._sleep(0.05)
        raise PrimaryError(
            f"the primary still serves the old {update.zone} {SETTLE_SECONDS:.0f} s after its reload; look in its log"
        )


_KEY_REFUSED = (
    "the primary refuses the agent's key ({}); expected name, algorithm and secret as it has them, and right clocks"
)


class _Unsigned(PrimaryError):
    """An answer without a signature: the primary knows neither the zone nor, it may be, the key."""


@contextmanager
def _told(zone: str) -> Iterator[None]:
    """Turn the library's faults into one line."""
    try:
        yield
    except (dns.tsig.PeerError, dns.tsig.BadSignature) as error:
        raise PrimaryError(_KEY_REFUSED.format(type(error).__name__)) from error
    except dns.exception.FormError as error:
        raise _Unsigned(_KEY_REFUSED.format("unsigned answer")) from error
    except dns.xfr.TransferError as error:
        raise PrimaryError(
            f"the primary does not let the agent transfer {zone} ({type(error).__name__}); "
            "let the agent's key transfer it as well"
        ) from error
    except (OSError, EOFError, dns.exception.DNSException) as error:
        raise PrimaryError(
            f"the primary is not reached for {zone} ({type(error).__name__}); the list in force stays, the agent tries again"
        ) from error
