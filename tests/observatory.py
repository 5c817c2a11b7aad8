"""The rules of Mozilla's HTTP Observatory, applied offline to one answer of the hub."""

from __future__ import annotations

import re
from typing import Any

HALF_A_YEAR = 15_768_000  # seconds, the shortest HSTS that costs nothing


def policy_of(answer: Any) -> dict[str, list[str]]:
    """The content security policy as directives with their sources."""
    parts = [part.split() for part in answer.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


def points(answer: Any) -> int:
    """The Observatory's score of one answer.  Bonuses count only from 90 upwards."""
    score, bonus = 100, 0
    policy = policy_of(answer)
    unsafe = any(source.startswith("'unsafe") for sources in policy.values() for source in sources)
    if not policy:
        score -= 25
    elif unsafe:
        score -= 20
    else:
        bonus += 10 if policy.get("default-src") == ["'none'"] else 5
    if "frame-ancestors" in policy:
        bonus += 5
    elif answer.get("X-Frame-Options") != "DENY":
        score -= 20
    age = re.search(r"max-age=(\d+)", answer.get("Strict-Transport-Security", ""))
    score -= 20 if age is None else 10 if int(age[1]) < HALF_A_YEAR else 0
    bonus += 5 if "preload" in answer.get("Strict-Transport-Security", "") else 0
    score -= 0 if answer.get("X-Content-Type-Options") == "nosniff" else 5
    bonus += 5 if answer.get("Referrer-Policy") in {"no-referrer", "same-origin", "strict-origin"} else 0
    score -= 50 if answer.get("Access-Control-Allow-Origin") == "*" else 0
    for name, cookie in answer.cookies.items():
        score -= 40 if "session" in name and not cookie["secure"] else 0
        score -= 30 if "session" in name and not cookie["httponly"] else 0
        bonus += 5 if cookie["secure"] and cookie["httponly"] and cookie["samesite"] else 0
    scripts = re.findall(rb"<script[^>]*>", answer.content)
    bonus += 5 if scripts and all(b"integrity=" in script for script in scripts) else 0
    return score + bonus if score >= 90 else score
