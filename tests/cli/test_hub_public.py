"""`skyddsnat hub check --public`: a certificate that nobody trusts, that ends soon, and one that is right, at a real server."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from skyddsnat.cli.hub_public import SOON, examine_public
from tests.servers.web import WebServer

NOW = datetime.now(UTC)
DAYS = 90


DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "hub"


def test_what_is_shipped_asks_each_day_and_takes_no_certificate_of_its_own() -> None:
    service, timer = (ConfigParser(strict=False, interpolation=None) for _ in range(2))
    service.read(DEPLOY / "skyddsnat-hub-check.service")
    timer.read(DEPLOY / "skyddsnat-hub-check.timer")
    assert service["Service"]["ExecStart"].split("/bin/", 1)[1] == "skyddsnat hub check --public"
    assert timer["Timer"]["OnCalendar"] == "daily"
    lines = (line.strip() for line in (DEPLOY / "Caddyfile.example").read_text().splitlines())
    assert not [line for line in lines if line.startswith(("tls ", "auto_https", "local_certs", "http://"))]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A self-signed certificate of 127.0.0.1 with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "paper.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def address(paper: Path) -> Iterator[str]:
    """A server with that certificate."""
    server = WebServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_trusts_is_a_fault(address: str) -> None:
    found = examine_public(address, now=NOW)
    assert not found.ok
    assert "not trusted" in found.detail


def test_a_trusted_one_is_fine_until_it_is_about_to_end(address: str, paper: Path) -> None:
    trust = ssl.create_default_context(cafile=str(paper))
    found = examine_public(address, now=NOW, trust=trust)
    assert found.ok, found.detail
    assert "TLSv1.3" in found.detail
    late = examine_public(address, now=NOW + timedelta(days=DAYS) - SOON + timedelta(hours=1), trust=trust)
    assert not late.ok
    assert "renew" in late.detail


@pytest.mark.parametrize(
    ("url", "says"),
    [("http://hub.example", "https"), ("https://127.0.0.1:1", "does not answer"), ("https://", "https")],
)
def test_no_https_and_no_answer_are_faults(url: str, says: str) -> None:
    found = examine_public(url, now=NOW)
    assert not found.ok
    assert says in found.detail
