"""Whatever the log holds of an entry, an auditor reads it in words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.utils.translation import override

import skyddsnat
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.audit.facts import CODES, KEYS, LEFT_OUT, facts_in_words
from skyddsnat.hub.audit.services import record
from skyddsnat.hub.audit.services.entries import Deed
from skyddsnat.hub.lists.models import Export
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals.models import Reveal, Submission
from skyddsnat.hub.statistics.models import Release
from skyddsnat.policy.agent_guards import Reason
from skyddsnat.policy.benchmark.states import Abort, RoundState
from skyddsnat.policy.false_stops import Explanation
from skyddsnat.policy.feedback import FeedbackReason
from skyddsnat.policy.guards.findings import PersonalDataKind
from skyddsnat.policy.protect.list_file import ProtectReason
from skyddsnat.policy.review import Check, RejectReason, WithdrawReason
from skyddsnat.policy.second_hand import Matter
from skyddsnat.policy.statistics.words import EventKind
from skyddsnat.policy.transfers import Pace
from skyddsnat.policy.vocabulary import Basis, Mandate, MemberKind, Role, Scope, SignalType, State, TokenScope
from tests.cast import Cast

VOCABULARIES: tuple[type[Enum], ...] = (
    *(
        Reason,
        Explanation,
        FeedbackReason,
        PersonalDataKind,
        ProtectReason,
        Check,
        RejectReason,
        WithdrawReason,
        Matter,
    ),
    *(Pace, Basis, Mandate, MemberKind, Role, Scope, SignalType, State, TokenScope, RoundState, Abort),
    *(Agent.State, Export.Form, Export.Reason, Reveal.Reason, Submission.Channel, EventKind, Release.Shown),
)
TELLS = {"record", "log", "_note"}
TOLD_APART = {"kind", "object_id", "circle"}
"""Columns of an entry, not facts."""


def recorded_keys() -> Iterator[str]:
    """Every key of a fact that stands in a call which writes the log, or in a dictionary of facts that is handed to one."""
    here = Path(skyddsnat.__file__).parent
    for path in (path for room in ("hub", "cli") for path in (here / room).rglob("*.py")):
        text = path.read_text("utf-8")
        if any(name in text for name in (*TELLS, Deed.__name__)):
            for function in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)):
                yield from keys_of(function)


def keys_of(function: ast.FunctionDef) -> Iterator[str]:
    handed_on: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and (name := called(node)) in TELLS | {Deed.__name__}:
            told = [word.value for word in node.keywords if word.arg == "facts"] if name == Deed.__name__ else []
            yield from (key for one in told for key in literal_keys(one))
            yield from (word.arg for word in node.keywords if word.arg and name in TELLS)
            spread = [word.value for word in node.keywords if word.arg is None]
            handed_on |= {
                inner.id for one in (*spread, *told) for inner in ast.walk(one) if isinstance(inner, ast.Name)
            }
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in handed_on:
            yield from literal_keys(node.value)


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def literal_keys(value: ast.AST) -> list[str]:
    return [str(key.value) for key in getattr(value, "keys", []) if isinstance(key, ast.Constant)]


def test_every_key_that_the_hub_records_has_words() -> None:
    keys = set(recorded_keys()) - TOLD_APART - LEFT_OUT
    assert {"basis", "channel", "factor", "matter", "plain", "sha256", "before"} <= keys, "the search has gone blind"
    assert keys - set(KEYS) == set()


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda one: f"{one.__module__}.{one.__qualname__}")
def test_every_code_of_a_vocabulary_has_words(vocabulary: type[Enum]) -> None:
    codes = {str(one.value) for one in vocabulary} - {""}
    assert codes - set(CODES) == set()


def test_facts_read_as_words_and_digests_are_short() -> None:
    facts = {"basis": "police_list", "checklist": ["assessed", "spelling"], "sha256": "ab" * 32, "plain": True}
    facts |= {"mandate": " > police", "episode": 2, "reasons": [], "state": "", "x": "y"}
    with override("sv"):
        assert facts_in_words(facts) == (
            ("Grund", "polisens lista"),
            ("Bekräftat", "bedömd i det egna systemet, jämförd bokstav för bokstav"),
            ("Fingeravtryck", "abababababab…"),
            ("Med värden", "ja"),
            ("Mandat", "inget mandat → polis"),
            ("Orsaker", "ingen"),
            ("x", "y"),
        )
    with override("en"):
        assert facts_in_words({"origins": ["police", "hotline"]}) == (("Judged by", "police, hotline"),)


@pytest.mark.parametrize(("language", "words"), [("sv", "Grund: polisens lista"), ("en", "Basis: police list")])
def test_the_page_and_the_table_show_words(cast: Cast, client: Client, language: str, words: str) -> None:
    reader = cast.person("vakten", "auditor")
    thing = UUID("802371d3-0000-4000-8000-000000000001")
    record(Actor.of(reader), "signal.approved", kind="signal", object_id=thing, basis="police_list")
    cast.sign_in(client, reader)
    client.cookies["language"] = language
    page, table = client.get("/audit/").content.decode(), client.post("/audit/export/").content.decode()
    assert words in page
    assert words in table
    assert ">802371D3<" in page, "as the signal's own page has it"
    assert str(thing) in table
