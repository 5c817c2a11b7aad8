"""The two keys of a round: one that members seal to, one for the wire between the parties.  Both are destroyed afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.x509.oid import NameOID

from skyddsnat.mpc.identity import name_of, new_identity


@dataclass(frozen=True, slots=True)
class RoundKeys:
    """round_key: hex of the raw X25519 key.  tls_key, certificate: PEM."""

    round_key: str
    tls_key: str
    certificate: str

    @property
    def public(self) -> str:
        """What members seal to: hex of 32 raw bytes."""
        private = X25519PrivateKey.from_private_bytes(bytes.fromhex(self.round_key))
        return private.public_key().public_bytes_raw().hex()


def make(index: int, *, now: datetime) -> RoundKeys:
    """Fresh keys for party `index`."""
    certificate, tls_key = new_identity(index, now=now)
    return RoundKeys(X25519PrivateKey.generate().private_bytes_raw().hex(), tls_key, certificate)


def check_certificate(pem: str, index: int, *, now: datetime) -> None:
    """Raises ValueError unless it is one certificate in party `index`'s name that is valid now.

    The worker knows the three byte by byte, so nothing hangs on who issued one.
    """
    found = x509.load_pem_x509_certificates(pem.encode())
    if len(found) != 1:
        raise ValueError("not one certificate")
    names = found[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if [name.value for name in names] != [name_of(index)]:
        raise ValueError("in another name")
    if not found[0].not_valid_before_utc <= now <= found[0].not_valid_after_utc:
        raise ValueError("not valid now")
