"""The side navigation: only what the person's roles allow, with the page they are on marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.files.storage import Storage, storages
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.paging import MOST_COUNTED
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.benchmark.sight import PAGES as BENCHMARKS
from skyddsnat.policy.maturity import TAKES_PART
from skyddsnat.policy.review import SUBMITTING_ROLES
from skyddsnat.policy.vocabulary import MemberKind, Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

Text = str | Promise
EVERYONE = frozenset(Role)
WAITING = _("waiting")
READS_SIGNALS = ROLES_THAT_READ[ItemKind.SIGNAL]
DECIDES = frozenset({Role.REVIEWER, Role.COORDINATOR})


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """One entry; of all that look the same there is one.

    name: its route.  also: routes of pages that belong here, though their address lies elsewhere.  shortcut: two keys in a row.
    """

    name: str
    label: Text
    icon: str
    roles: frozenset[Role] = EVERYONE
    shortcut: str = ""
    also: frozenset[str] = frozenset()
    href: str = ""
    count: int = 0
    counts: Text = WAITING
    most: int = MOST_COUNTED
    current: bool = False

    @property
    def count_text(self) -> str:
        """`99+` where counting has stopped."""
        return f"{self.most}+" if self.count > self.most else str(self.count)


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading; the first section has none."""

    title: Text
    links: tuple[Link, ...]


START = "pages:work"
SECTIONS = (
    Section(
        "",
        (
            Link(START, _("My work"), "home", shortcut="g w"),
            Link(
                "signals:queue", _("Review"), "review", frozenset({Role.REVIEWER}), "g r", frozenset({"signals:review"})
            ),
            Link(
                "signals:list",
                _("Signals"),
                "signal",
                READS_SIGNALS,
                "g s",
                counts=_("unread"),
            ),
            Link(
                "signals:new",
                _("Report a signal"),
                "add",
                SUBMITTING_ROLES,
                "g n",
                frozenset({"signals:paste", "lists:import"}),
            ),
            Link("lists:index", _("Lists in and out"), "exchange", READS_SIGNALS),
            Link("signals:feedback_list", _("Feedback"), "feedback", READS_SIGNALS, "g f"),
            Link("complaints:list", _("Complaints"), "flag", READS_SIGNALS, "g o"),
        ),
    ),
    Section(
        _("Operations"),
        (
            Link("agents:list", _("Agents"), "agent", shortcut="g a"),
            Link("accounts:tokens", _("Tokens"), "key", frozenset({Role.ENGINEER}), "g t"),
            Link("pages:status", pgettext_lazy("the hub", "Status"), "pulse", shortcut="g h"),
            Link("pages:api", _("For machines"), "send", frozenset({Role.ENGINEER})),
        ),
    ),
    Section(
        _("The coalition"),
        (
            Link("knowledge:index", _("Knowledge"), "book", shortcut="g k"),
            Link("maturity:index", _("Self-assessment"), "checklist", shortcut="g e"),
            Link(
                "benchmark:index",
                _("Benchmarking"),
                "compare",
                BENCHMARKS,
                "g b",
                frozenset({"learning:asking", "learning:answer", "learning:ask"}),
            ),
            Link(
                "statistics:index",
                pgettext_lazy("the coalition's figures", "Statistics"),
                "trend",
                shortcut="g i",
            ),
            Link("learning:plan", _("Improvement plan"), "pen", TAKES_PART),
            Link("bulletins:practices", _("Practices"), "idea"),
            Link("members:list", _("Members"), "member", shortcut="g m"),
            Link("members:circles", _("Circles"), "circle", shortcut="g c"),
            Link("members:people", _("People"), "people", shortcut="g p"),
            Link("members:decisions", _("Decisions"), "double", shortcut="g d"),
            Link("members:legal", _("Legal bases"), "legal"),
        ),
    ),
    Section(
        _("Safeguards and oversight"),
        (
            Link("signals:overrides", _("Protected names"), "shield", DECIDES | {Role.ANALYST}),
            Link("signals:rules", _("Block rules"), "rule", DECIDES),
            Link("signals:false_stops", _("Stopped texts"), "pause", SUBMITTING_ROLES | {Role.COORDINATOR}),
            Link("signals:reveals", _("Reveals"), "eye", READS_SIGNALS),
            Link("audit:list", _("Audit log"), "log", frozenset({Role.AUDITOR}), "g l"),
            Link("lists:leaks", _("Leaked lists"), "drop", frozenset({Role.COORDINATOR})),
        ),
    ),
)
SEES_AGENTS = frozenset({Role.ENGINEER, Role.COORDINATOR})


def navigation_for(person: Person, route: str, path: str, counts: dict[str, int]) -> tuple[Section, ...]:
    """The sections with the links that this person may follow.

    route, path: of the page being shown.  counts: waiting work by route name.
    """
    roles, prefix = frozenset(Role(role) for role in person.roles), get_script_prefix()
    allowed = [[link for link in section.links if _allowed(link, person, roles)] for section in SECTIONS]
    here = _home(route, path, [link for links in allowed for link in links], prefix)
    return tuple(
        Section(section.title, tuple(_placed(one, one is here, counts.get(one.name, 0), prefix) for one in links))
        for section, links in zip(SECTIONS, allowed, strict=True)
        if links
    )


def _home(route: str, path: str, links: Sequence[Link], prefix: str) -> Link | None:
    """The link that a page belongs under: the one that claims its route, else the nearest above its address."""
    for link in links:
        if route == link.name or route in link.also:
            return link
    above = [link for link in links if link.name != START and path.startswith(_address(link.name, prefix))]
    return max(above, key=lambda link: len(_address(link.name, prefix)), default=None)


def _allowed(link: Link, person: Person, roles: Iterable[Role]) -> bool:
    if link.name == "agents:list" and not SEES_AGENTS.intersection(roles):
        return person.member.kind == MemberKind.OPERATOR.value or person.member.is_police
    return not link.roles.isdisjoint(roles)


@lru_cache(maxsize=1024)
def _placed(link: Link, here: bool, count: int, prefix: str) -> Link:
    return replace(link, href=_address(link.name, prefix), current=here, count=count)


@lru_cache
def _address(name: str, _prefix: str) -> str:
    """_prefix: below which the hub is served; the address has it."""
    return reverse(name)


def drawn(sections: Iterable[Section]) -> list[tuple[Text, SafeString]]:
    """Title and HTML of each section.  Links that look the same are drawn once: they were a quarter of the work of a page."""
    seen_in = get_language() or "", storages["staticfiles"]
    return [
        (section.title, SafeString("".join(_drawn(link, *seen_in) for link in section.links))) for section in sections
    ]


@lru_cache(maxsize=1024)
def _drawn(link: Link, _language: str, _storage: Storage) -> SafeString:
    return render_to_string("pages/parts/side_link.html", {"link": link})
