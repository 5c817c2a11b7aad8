"""The hub's public address, asked as a browser would: is there a certificate that others trust, and how long does it last?"""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from skyddsnat.cli.hub_state import Finding

SOON: Final = timedelta(days=14)
PATIENCE: Final = 10.0
WHAT: Final = "public address"


def examine_public(url: str, *, now: datetime, trust: ssl.SSLContext | None = None) -> Finding:
    """Whether browsers and agents elsewhere will trust the address (ASVS 12.2.2).

    trust: whom to trust; None for the certificate authorities of this machine, which are the publicly trusted ones.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return Finding(False, WHAT, f"is {url}, expected one with https; set SKYDDSNAT_BASE_URL")
    context = trust or ssl.create_default_context()
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), timeout=PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as secure,
        ):
            certificate, version = secure.getpeercert() or {}, secure.version()
    except ssl.SSLCertVerificationError as error:
        return Finding(False, WHAT, f"{parts.hostname}: the certificate is not trusted ({error.verify_message})")
    except (ssl.SSLError, OSError) as error:
        return Finding(False, WHAT, f"{parts.hostname} does not answer over TLS ({type(error).__name__})")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    if ends - now < SOON:
        return Finding(False, WHAT, f"the certificate of {parts.hostname} ends on {ends:%Y-%m-%d}; renew it")
    return Finding(True, WHAT, f"{parts.hostname} is trusted until {ends:%Y-%m-%d}, {version}")
