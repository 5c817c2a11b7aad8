"""The side navigation: only what the person's roles allow, with the page they are on marked."""

from __future__ import annotations

from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class Link:
    """One entry.  `name`: its route.  `also`: routes of pages that belong under it.  `shortcut`: two keys in a row."""

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
                "copy",
                READS_SIGNALS,
                also=frozenset({"lists:detail", "lists:export"}),
            ),
            Link("signals:feedback_list", _("Feedback"), "feedback", READS_SIGNALS, "g f"),
            Link("complaints:list", _("Complaints"), "warn", READS_SIGNALS, "g o", frozenset({"complaints:case"})),
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
            Link("pages:status", pgettext_lazy("the hub", "Status"), "ok", shortcut="g h"),
            Link("pages:api", _("For machines"), "send", frozenset({Role.ENGINEER})),
        ),
    ),
    Section(
        _("The coalition"),
        (
            Link("knowledge:index", _("Knowledge"), "book", shortcut="g k", also=KNOWLEDGE),
            Link("maturity:index", _("Self-assessment"), "ok", shortcut="g e", also=frozenset({"maturity:assessment"})),
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
                "compare",
                shortcut="g i",
                also=frozenset(f"statistics:{page}" for page in STATISTICS_PAGES),
            ),
            Link("learning:plan", _("Improvement plan"), "pen", TAKES_PART),
            Link("bulletins:practices", _("Practices"), "feedback", also=PRACTICES),
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
            Link("signals:overrides", _("Protected names"), "shield", DECIDES),
            Link("signals:rules", _("Block rules"), "rule", DECIDES),
            Link("signals:false_stops", _("Stopped texts"), "pause", SUBMITTING_ROLES | {Role.COORDINATOR}),
            Link("signals:reveals", _("Reveals"), "eye", READS_SIGNALS),
            Link("audit:list", _("Audit log"), "log", frozenset({Role.AUDITOR}), "g l"),
            Link("lists:leaks", _("Leaked lists"), "warn", frozenset({Role.COORDINATOR})),
        ),
    ),
)
SEES_AGENTS = frozenset({Role.ENGINEER, Role.COORDINATOR})


@dataclass(frozen=True, slots=True, eq=False)
class Navigation:
    """The sections that someone sees on a page.  Of all that look the same there is one (`navigation_for`)."""

    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections)


def navigation_for(person: Person, current: str, counts: dict[str, int]) -> Navigation:
    """The sections with the links that this person may follow.

    current: the route of the page being shown.  counts: waiting work by route name.
    """
    sees_agents = person.member.kind == MemberKind.OPERATOR.value or person.member.is_police
    return _navigation(frozenset(person.roles), sees_agents, current, frozenset(counts.items()), get_script_prefix())


@lru_cache(maxsize=512)
def _navigation(
    words: frozenset[str], sees_agents: bool, current: str, counted: frozenset[tuple[str, int]], _prefix: str
) -> Navigation:
    """words: of roles.  sees_agents: by the member's kind.  _prefix: below which the hub is served, which is in each address."""
    roles, counts = frozenset(map(Role, words)), dict(counted)
    shown = []
    for section in SECTIONS:
        links = tuple(_placed(link, current, counts) for link in section.links if _allowed(link, roles, sees_agents))
        if links:
            shown.append(replace(section, links=links))
    return Navigation(tuple(shown))


def _allowed(link: Link, roles: frozenset[Role], sees_agents: bool) -> bool:
    if link.name == "agents:list" and not SEES_AGENTS.intersection(roles):
        return sees_agents
    return not link.roles.isdisjoint(roles)


def _placed(link: Link, current: str, counts: dict[str, int]) -> Link:
    here = current == link.name or current in link.also
    return replace(link, href=reverse(link.name), current=here, count=counts.get(link.name, 0))


def drawn(navigation: Navigation) -> SafeString:
    """Its HTML in the language of the moment, drawn once of all that look the same: it was a quarter of the work of a page."""
    return _drawn(navigation, get_language() or "", storages["staticfiles"])


@lru_cache(maxsize=512)
def _drawn(navigation: Navigation, _language: str, _storage: Storage) -> SafeString:
    return render_to_string("pages/parts/side.html", {"navigation": navigation})
