"""The side navigation: only what the person's roles allow, with the page they are on marked."""

from __future__ import annotations

from collections.abc import Iterable
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
ROUND_PAGES = (
    *("round", "plan", "edit", "groups", "group_new", "group_edit", "choose", "keys"),
    *("transcript", "notice", "agenda", "minutes", "hand_in", "result", "leakage"),
)
PRACTICES = frozenset({"bulletins:practice", "bulletins:practice_new", "bulletins:practice_edit"})
KNOWLEDGE = frozenset(
    f"knowledge:{part}"
    for part in (
        *("techniques", "technique", "measures", "measure", "metrics", "metric", "maturity", "area"),
        *("entries", "signals", "formats", "sources", "source", "search"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """One entry; of all that look the same there is one.

    name: its route.  also: routes of pages that belong under it.  shortcut: two keys in a row.
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


STATISTICS_PAGES = (
    *("open", "series", "hand_in", "manage", "figure", "exports"),
    *("reports", "report_month", "report_hotline", "report_transparency"),
)
SECTIONS = (
    Section(
        "",
        (
            Link("pages:work", _("My work"), "home", shortcut="g w"),
            Link(
                "signals:queue", _("Review"), "review", frozenset({Role.REVIEWER}), "g r", frozenset({"signals:review"})
            ),
            Link(
                "signals:list",
                _("Signals"),
                "signal",
                READS_SIGNALS,
                "g s",
                frozenset({"signals:detail", "signals:reveal", "signals:filters", "signals:batch", "signals:check"}),
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
            Link(
                "lists:index",
                _("Lists in and out"),
                "exchange",
                READS_SIGNALS,
                also=frozenset({"lists:detail", "lists:export"}),
            ),
            Link("signals:feedback_list", _("Feedback"), "feedback", READS_SIGNALS, "g f"),
            Link("complaints:list", _("Complaints"), "flag", READS_SIGNALS, "g o", frozenset({"complaints:case"})),
        ),
    ),
    Section(
        _("Operations"),
        (
            Link("agents:list", _("Agents"), "agent", shortcut="g a", also=frozenset({"agents:detail"})),
            Link(
                "accounts:tokens",
                _("Tokens"),
                "key",
                frozenset({Role.ENGINEER}),
                "g t",
                frozenset({"accounts:token_new"}),
            ),
            Link("pages:status", pgettext_lazy("the hub", "Status"), "pulse", shortcut="g h"),
            Link("pages:api", _("For machines"), "send", frozenset({Role.ENGINEER})),
        ),
    ),
    Section(
        _("The coalition"),
        (
            Link("knowledge:index", _("Knowledge"), "book", shortcut="g k", also=KNOWLEDGE),
            Link(
                "maturity:index",
                _("Self-assessment"),
                "checklist",
                shortcut="g e",
                also=frozenset({"maturity:assessment"}),
            ),
            Link(
                "benchmark:index",
                _("Benchmarking"),
                "compare",
                BENCHMARKS,
                "g b",
                frozenset(f"benchmark:{page}" for page in ROUND_PAGES) | {"learning:asking", "learning:ask"},
            ),
            Link(
                "statistics:index",
                pgettext_lazy("the coalition's figures", "Statistics"),
                "trend",
                shortcut="g i",
                also=frozenset(f"statistics:{page}" for page in STATISTICS_PAGES),
            ),
            Link("learning:plan", _("Improvement plan"), "pen", TAKES_PART),
            Link("bulletins:practices", _("Practices"), "idea", also=PRACTICES),
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


def navigation_for(person: Person, current: str, counts: dict[str, int]) -> tuple[Section, ...]:
    """The sections with the links that this person may follow.

    current: the route of the page being shown.  counts: waiting work by route name.
    """
    roles, prefix = frozenset(Role(role) for role in person.roles), get_script_prefix()
    shown = []
    for section in SECTIONS:
        links = tuple(
            _placed(link, current == link.name or current in link.also, counts.get(link.name, 0), prefix)
            for link in section.links
            if _allowed(link, person, roles)
        )
        if links:
            shown.append(Section(section.title, links))
    return tuple(shown)


def _allowed(link: Link, person: Person, roles: Iterable[Role]) -> bool:
    if link.name == "agents:list" and not SEES_AGENTS.intersection(roles):
        return person.member.kind == MemberKind.OPERATOR.value or person.member.is_police
    return not link.roles.isdisjoint(roles)


@lru_cache(maxsize=1024)
def _placed(link: Link, here: bool, count: int, _prefix: str) -> Link:
    """_prefix: below which the hub is served; the address has it."""
    return replace(link, href=reverse(link.name), current=here, count=count)


def drawn(sections: Iterable[Section]) -> list[tuple[Text, SafeString]]:
    """Title and HTML of each section.  Links that look the same are drawn once: they were a quarter of the work of a page."""
    seen_in = get_language() or "", storages["staticfiles"]
    return [
        (section.title, SafeString("".join(_drawn(link, *seen_in) for link in section.links))) for section in sections
    ]


@lru_cache(maxsize=1024)
def _drawn(link: Link, _language: str, _storage: Storage) -> SafeString:
    return render_to_string("pages/parts/side_link.html", {"link": link})
