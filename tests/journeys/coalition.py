"""The running demo as the journeys meet it: credentials, pages, resolver, and a look into its database."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import dns.rcode
from django.test import override_settings

from skyddsnat.agent.samples import Endpoint
from skyddsnat.demo.sites import asks
from skyddsnat.demo.story.browser import Browser
from skyddsnat.demo.story.machine import Machine
from skyddsnat.hub.signals.models.signal import index_of

RESOLVER = re.compile(r"Alfa.* names at unbound on (?P<address>[\d.]+)@(?P<port>\d+)")


@dataclass
class RunningDemo:
    """One demo.  said: what it has printed."""

    data: Path
    said: str

    @cached_property
    def credentials(self) -> Mapping[str, Any]:
        """credentials.json."""
        found: Mapping[str, Any] = json.loads((self.data / "credentials.json").read_text())
        return found

    @property
    def base_url(self) -> str:
        return str(self.credentials["base_url"])

    @property
    def taxii_root(self) -> str:
        return f"{self.base_url}/taxii2/skyddsnat/"

    def member(self, name: str) -> Mapping[str, Any]:
        """One member's row."""
        return next(row for row in self.credentials["members"] if row["id"] == name)

    def person(self, first_name: str) -> Mapping[str, Any]:
        """One person's row."""
        return next(row for row in self.credentials["people"] if row["email"].startswith(f"{first_name}."))

    def collection(self, title: str) -> str:
        """Id of the collection with this title."""
        return next(row["id"] for row in self.credentials["collections"] if row["title"] == title)

    def machine(self, member: str, *, scope: str = "taxii") -> Machine:
        """A member's machine."""
        return Machine(self.taxii_root, member=member, token=self.member(member)["tokens"][scope])

    def one_click(self, first_name: str, *, language: str = "") -> Browser:
        """The person, signed in by the demo's own page.  language: what the hub speaks with them from now on, if it matters."""
        browser = Browser(self.base_url, self.person(first_name))
        work = browser.send(browser.get("/demo/sign-in/"), "", person=self.person_id(first_name))
        if language and f'<html lang="{language}"' not in work.text:
            browser.send(work, "/language/", language=language)
        return browser

    def person_id(self, first_name: str) -> str:
        """The person's id in the hub."""
        ((found,),) = self.ask("SELECT id FROM members_person WHERE email = ?", self.person(first_name)["email"])
        return str(UUID(found))

    def ask(self, question: str, *values: str) -> Sequence[Any]:
        """Read from the hub's database."""
        with sqlite3.connect(f"file:{self.data / 'hub' / 'hub.sqlite'}?mode=ro", uri=True, timeout=20) as connection:
            return connection.execute(question, values).fetchall()

    def circle_id(self, name: str) -> str:
        """Id of the circle with this name."""
        ((found,),) = self.ask("SELECT id FROM members_circle WHERE name = ?", name)
        return str(UUID(found))

    def signal_id(self, value: str) -> str:
        """The id under which the pages show a value."""
        return str(UUID(self.signals_with(value)[0][0]))

    def signals_with(self, value: str, *, type: str = "domain") -> Sequence[Any]:
        """Id and state of the signals with this value, which the database holds sealed: found by its blind index."""
        with override_settings(VAULT_KEYS="", VAULT_KEYS_FILE=self.data / "hub" / "vault.keys"):
            index = index_of(type, value)
        return self.ask("SELECT id, state FROM signals_signal WHERE value_index = ?", index)

    def is_stopped(self, name: str) -> bool:
        """Whether Alfa's resolver says that there is no such name."""
        found = RESOLVER.search(self.said)
        assert found, self.said
        answer = asks(Endpoint(found["address"], int(found["port"])), name, "A")
        return answer is not None and answer.rcode() == dns.rcode.NXDOMAIN
