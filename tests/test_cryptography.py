"""Every algorithm that the programs use stands in the one table of docs/security/encryption.md, with its key and its use."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "skyddsnat"
HEADING = "## All cryptography in one table"
TOLD_AS = {
    "Ed25519PrivateKey": "Ed25519",
    "Ed25519PublicKey": "Ed25519",
    "X25519PrivateKey": "X25519",
    "X25519PublicKey": "X25519",
    "ec": "P-256",
    "AESGCM": "AES-256-GCM",
    "HKDF": "HKDF-SHA256",
    "PBKDF2HMAC": "PBKDF2",
    "HMAC": "HMAC-SHA256",
    "SHA256": "SHA-256",
    "hashes": "SHA-256",
    "Suite": "HPKE",
    "KEM": "X25519",
    "KDF": "HKDF-SHA256",
    "AEAD": "AES-128-GCM",
}
"""What is imported from the library's primitives, and the word that the table has for it."""
NOT_ONE = {"serialization"}
"""How a key is written is no algorithm."""


def primitives(source: str) -> set[str]:
    """Names that a source file takes from the library's primitives."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography.hazmat.primitives"):
            if (node.module or "").endswith(".serialization"):
                continue
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("cryptography.hazmat")}
    return found - NOT_ONE


def untold(names: set[str], table: str) -> list[str]:
    """Those that the table does not tell of."""
    return sorted(name for name in names if TOLD_AS.get(name, name) not in table)


def table() -> str:
    page = (ROOT / "docs" / "security" / "encryption.md").read_text(encoding="utf-8")
    return page[page.index(HEADING) :].split("\n## ", 2)[0]


def test_whatever_is_used_stands_in_the_table() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    used = {name for text in texts.values() if "cryptography" in text for name in primitives(text)}
    assert {"Ed25519PrivateKey", "AESGCM", "Suite"} <= used, "the search itself finds what is there"
    assert untold(used, table()) == []


@pytest.mark.parametrize("line", ["ciphers.aead import ChaCha20Poly1305", "asymmetric import rsa"])
def test_what_is_not_told_is_seen(line: str) -> None:
    assert untold(primitives(f"from cryptography.hazmat.primitives.{line}"), table()) != []
