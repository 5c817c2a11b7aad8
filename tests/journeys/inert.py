"""Chromium as the judge of payloads: what ran, what is no text, what stands there letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request

from tests.inert import MARK

WATCH = f"""
window.__xss = 0;
window.{MARK} = () => {{ window.__xss += 1; }};
document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP ${{event.violatedDirective}}`));
"""
"""Every payload calls a function of the mark's name: here it is one that counts."""
LOOK = f"""() => {{
  for (const one of document.querySelectorAll("details")) one.open = true;
  const found = [];
  const outside = /^\\s*(javascript|data|vbscript):/i;
  for (const one of document.querySelectorAll("*")) {{
    one.dispatchEvent(new Event("mouseover", {{ bubbles: true }}));
    one.dispatchEvent(new Event("focus"));
    if (/^(style|iframe|base|object)$/.test(one.localName) || one.matches("script:not([src], [type])")) found.push(one.localName);
    if (one.localName.includes("{MARK}") || one.id === "{MARK}") found.push(`element ${{one.localName}}`);
    for (const attribute of one.attributes) {{
      if (/^on|^style$|^srcdoc$/.test(attribute.name) || attribute.name.includes("{MARK}")) found.push(attribute.name);
      if (/href|src|action/.test(attribute.name) && outside.test(attribute.value)) found.push(attribute.value.slice(0, 40));
    }}
  }}
  const typed = [...document.querySelectorAll("input, textarea")].map((one) => one.value);
  return {{ found, ran: window.__xss, text: [document.body.textContent, ...typed].join("\\n") }};
}}"""
SEND = """([index, texts]) => {
  const form = document.forms[index];
  const words = "textarea, input:not([type]), input[type=text], input[type=search], input[type=email], input[type=url]";
  let next = 0;
  for (const one of form.elements) {
    if (!one.matches(words)) continue;
    one.removeAttribute("maxlength");
    one.value = texts[next++ % texts.length];
  }
  form.noValidate = true;
  form.requestSubmit(form.querySelector("button[type=submit], button:not([type])"));
}"""


@dataclass
class Watched:
    """A page of one reader, and everything about it that a payload could have done.

    payloads: those that are looked for as text.
    """

    page: Page
    payloads: Sequence[str]
    faults: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.add_init_script(WATCH)
        self.page.on("dialog", self._asked_person)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._hear)
        self.page.on("request", self._asked_network)

    def look(self) -> None:
        """Unfold, hover over and focus everything; note what came of it."""
        seen = self.page.evaluate(LOOK)
        self.faults += [f"{self.page.url}: {one}" for one in seen["found"]]
        if seen["ran"]:
            self.faults.append(f"{self.page.url}: a payload ran")
        self.shown |= {payload for payload in self.payloads if payload in seen["text"]}

    def send(self, index: int, texts: Sequence[str]) -> None:
        """Fill the form's text fields and send it as its button does, then look at the answer."""
        try:
            with self.page.expect_navigation(wait_until="load"):
                self.page.evaluate(SEND, [index, list(texts)])
        except Error as stopped:  # the answer is a file to keep, and the page stays
            if "ERR_ABORTED" not in stopped.message:
                raise
        self.look()

    def _asked_person(self, dialog: Dialog) -> None:
        self.faults.append(f"{self.page.url}: dialog {dialog.message}")
        dialog.dismiss()

    def _hear(self, said: ConsoleMessage) -> None:
        if "CSP" in said.text or "Content Security Policy" in said.text:
            self.faults.append(f"{self.page.url}: {said.text}")

    def _asked_network(self, request: Request) -> None:
        address = request.url.partition("?")[0]
        if f"//{MARK}" in address or address.endswith(f"/{MARK}"):
            self.faults.append(f"{self.page.url}: asked for {address}")
