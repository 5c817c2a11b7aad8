"""Texts that try to become more than text, and the look whether a page let one."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle

MARK = "xq7z"
"""Stands in each payload; whatever element or attribute it turns up in that is no text came from outside."""
PAYLOADS = {
    "script": f"<script>{MARK}()</script>",
    "attribute": f'" onmouseover="{MARK}()" x=\'{MARK}',
    "single": f"' autofocus onfocus='{MARK}()",
    "address": f"javascript:{MARK}()",
    "data": f"data:text/html,<script>{MARK}()</script>",
    "template": "{{ 7|add:7 }}" + MARK + "{% load static %}${7*7}",
    "svg": f"<svg/onload={MARK}()><a href=javascript:{MARK}()>x</a></svg>",
    "style": f"</style><style>*{{background:url(//{MARK}.test)}}</style>",
    "markdown": f"[x](javascript:{MARK}()) ![x](//{MARK}.test/x)",
    "closing": f"</textarea></title></script><img src={MARK} onerror={MARK}()>",
    "comment": f"--><iframe srcdoc={MARK}></iframe><!--",
    "turned": f"\u202e{MARK}\u2066\u200f<b id={MARK}>",
    "null": f"{MARK}\0<scr\0ipt>{MARK}()</script>",
    "entity": f"&lt;script&gt;{MARK}()&lt;/script&gt;&#60;img src={MARK}&#62;",
    "long": f"<b {MARK}>" + MARK * 3000,
    "line": f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n<script>",
}
TEXT_INPUTS = {"", "text", "search", "email", "url", "hidden", "password", "tel", "number", "date"}
RUNS = {"script", "style", "iframe", "object", "embed", "base", "meta", "link", "svg", "math", "img", "form", "b", "a"}
ADDRESSES = {"href", "src", "action", "formaction", "srcdoc", "data", "poster", "xlink:href", "background"}


class Page(HTMLParser):
    """Faults of a page, and its forms."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.forms: list[Form] = []
        self._in: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if MARK in tag:
            self.faults.append(f"an element <{tag}>")
        for name, value in told.items():
            if MARK in name or name.startswith("on") or name in {"style", "srcdoc"}:
                self.faults.append(f"an attribute {name} of <{tag}>")
            if name in ADDRESSES and (
                value.strip().lower().startswith(("javascript:", "data:", "vbscript:"))
                or value.startswith((MARK, f"//{MARK}"))
            ):
                self.faults.append(f"an address {value[:40]!r} of <{tag}>")
        if tag in RUNS and told.get("id") == MARK:
            self.faults.append(f"an element <{tag}> with an id from outside")
        if tag == "script" and not told.get("src") and told.get("type") != "application/json":
            self.faults.append("a script in the page")
        if tag == "style":
            self.faults.append("a style in the page")
        self._collect(tag, told)

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if f"14{MARK}" in data:
            self.faults.append("a template that was carried out")

    def _collect(self, tag: str, told: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(Form(told.get("method", "get").lower(), told.get("action", "")))
        elif self.forms and told.get("name") and tag in {"input", "textarea", "select", "button"}:
            self.forms[-1].take(tag, told)
        elif self.forms and tag == "option" and self.forms[-1].choosing:
            self.forms[-1].choose(told.get("value", ""))


@dataclass
class Form:
    """A form as a browser would send it."""

    method: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    choosing: str = ""

    def take(self, tag: str, told: dict[str, str]) -> None:
        """One field, with what stands in it."""
        kind, name = told.get("type", "").lower(), told["name"]
        self.choosing = name if tag == "select" else ""
        if tag == "textarea" or (tag == "input" and kind in TEXT_INPUTS):
            self.values.setdefault(name, told.get("value", ""))
            if name not in {"csrfmiddlewaretoken", *self.texts}:
                self.texts.append(name)
        elif kind in {"radio", "checkbox"}:
            self.values.setdefault(name, told.get("value", "on"))

    def choose(self, value: str) -> None:
        """The first choice that is one; it is a text to those who do not use the page, so it is tried too."""
        if value and not self.values.get(self.choosing):
            self.values[self.choosing] = value
            self.texts.append(self.choosing)


def faults(html: str) -> list[str]:
    """What on the page came from a payload, or could run."""
    return Page(html).faults


def next_payloads() -> cycle[str]:
    """One after the other, without end."""
    return cycle(PAYLOADS.values())
