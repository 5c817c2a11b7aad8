"""Forms of a page, read as a browser reads them: so the story submits what a person would, CSRF token and all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

type Values = dict[str, list[str]]


@dataclass(slots=True)
class Form:
    """One form.  values: what would be sent if it were submitted now.  offered: what its boxes and lists could send."""

    action: str
    values: Values = field(default_factory=dict)
    offered: Values = field(default_factory=dict)

    def filled(self, changes: Mapping[str, str | list[str]]) -> Values:
        """What is sent with these fields set."""
        sent = {name: list(values) for name, values in self.values.items()}
        for name, value in changes.items():
            sent[name] = [value] if isinstance(value, str) else list(value)
        return sent


def read_forms(html: str) -> list[Form]:
    """All forms of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._named: dict[str, Form] = {}
        self._select = ""
        self._many = False
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
            self._named[given.get("id", "")] = self._form
            return
        form = self._named.get(given["form"]) if "form" in given else self._form
        if form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "select":
            self._select, self._many = name, "multiple" in given
        elif tag == "option" and self._select:
            form.offered.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given:
                form.values[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._area = name
            form.values[name] = [""]

    def _input(self, form: Form, name: str, given: Mapping[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in {"checkbox", "radio"}:
            form.offered.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.values.setdefault(name, []).append(value or "on")
        elif kind not in {"submit", "button", "file"}:
            form.values[name] = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            if self._form is not None and self._select in self._form.offered and not self._many:
                self._form.values.setdefault(self._select, self._form.offered[self._select][:1])
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values[self._area] = [self._form.values[self._area][0] + data]
