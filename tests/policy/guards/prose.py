"""Letters as colleagues write them, put together from phrases: ordinary Swedish and English with times, cases and counts."""

from __future__ import annotations

import random

PHRASES: dict[str, tuple[tuple[str, ...], ...]] = {
    "sv": (
        ("I går kväll", "Under natten", "Klockan {h}:{m}", "Den {d} november", "Enligt ärende {n}", "Hos oss", "I vecka {d}"),
        ("såg vi", "rapporterade kundtjänst", "anmälde en återförsäljare", "stängde vi", "fick vi in", "noterade driften"),
        ("{d} nya domäner", "ett konto i Göteborg", "flera adresser hos samma värd", "en ökning med {d} procent"),
        ("som pekar om till en annan sida", "registrerade för {d} dagar sedan", "utan synlig kontaktuppgift", "bakom en proxy"),
        ("– hör gärna av er om ni ser detsamma.", ", men det är för tidigt att säga något säkert.", ". Mer följer i morgon!",
         "; se även § {d} i rutinen (version 2.{d}).", ". Kan någon av er jämföra med era loggar?", "."),
    ),
    "en": (
        ("Last night", "At {h}:{m} UTC", "On {d} November", "According to case K-{n}", "On our side", "In week {d}"),
        ("we saw", "the abuse desk reported", "a reseller flagged", "we closed", "the hotline passed on", "operations noted"),
        ("{d} new domains", "one account in the northern region", "several hosts", "a rise of {d} per cent"),
        ("that redirect twice", "registered {d} days ago", "with no visible contact", "behind a reverse proxy", "as before"),
        (" – let us know if you see the same.", ", but it is too early to be sure.", ". More tomorrow!",
         ". Could someone compare this with their own logs?", "."),
    ),
}  # fmt: skip


def sentences(language: str, rng: random.Random, count: int) -> list[str]:
    """Random sentences of the language."""
    found = []
    for _ in range(count):
        *words, end = (rng.choice(part) for part in PHRASES[language])
        time = {"h": f"{rng.randrange(24):02d}", "m": f"{rng.randrange(60):02d}"}
        facts = time | {"d": rng.randrange(2, 30), "n": rng.randrange(1_000, 99_999)}
        found.append((" ".join(words) + end).format(**facts))
    return found
