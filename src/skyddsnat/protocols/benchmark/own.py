"""What a member keeps for itself alone, locked with a key that every holder of its key file has: answers of the self-assessment.

The browser seals and opens the same bytes (hub/benchmark/browser/page/answers.js and unlock.js).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag

from skyddsnat.protocols.benchmark import keyfile
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.keyfile import MemberKeys

BLOCK: Final = 1024
"""Bytes; every answer is padded to a multiple, so that its length tells nothing."""


def seal_answer(
    keys: MemberKeys,
    year: int,
    question: str,
    answer: Mapping[str, Any],
    *,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """`nonce.ciphertext` in base64, AES-256-GCM; year and question are bound into it."""
    plain = json.dumps(dict(answer), ensure_ascii=False, separators=(",", ":")).encode()
    padded = plain.ljust(-(-len(plain) // BLOCK) * BLOCK)  # spaces after JSON
    return keyfile.lock(keys.secret("own"), padded, _bound(year, question), random=random)


def open_answer(keys: MemberKeys, year: int, question: str, sealed: str) -> dict[str, Any]:
    """What was sealed.  Raises BadRound(malformed) for another key, year or question."""
    try:
        found = json.loads(keyfile.unlock(keys.secret("own"), sealed, _bound(year, question)))
    except (InvalidTag, ValueError):
        found = None
    if not isinstance(found, dict):
        raise BadRound("malformed", f"the answer to {question} of {year} does not open with this key")
    return found


def _bound(year: int, question: str) -> str:
    return f"skyddsnat/maturity/v1|{year}|{question}"
