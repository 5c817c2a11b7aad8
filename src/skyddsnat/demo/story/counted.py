"""The operators count last month's log lines and hand in a few numbers; the coalition sees the joint figure alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from skyddsnat.demo.sites.counting import count_and_hand_in, last_month, prepare, that_count
from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller
from skyddsnat.demo.world.counted import QUERIES
from skyddsnat.policy.statistics.periods import Period

BY_HAND = 43_210
"""What Gamma's lead reads off its resolver's counters: PowerDNS, without our script, writes no line for a hit."""
CLIENTS = (b"198.51.100.", b"203.0.113.", b"2001:db8::")
PAGE = f"/statistics/{QUERIES}/"


def play(tell: Teller, stage: Stage) -> None:
    """Raises ChapterOver at the first step that fails."""
    month = last_month(datetime.now(UTC))
    figures = _handed_in(tell, stage, month)
    _by_hand(tell, stage, month)
    _released(tell, stage, month, figures)


def _handed_in(tell: Teller, stage: Stage, month: Period) -> dict[str, int]:
    """What left each operator that counts its log, by member."""
    figures: dict[str, int] = {}
    with tell.step("four operators count last month's logs and hand in what may be told") as step:
        for site in that_count(stage.sites):
            prepare(site, month)
            leaves = _leaves(count_and_hand_in(site, month))
            figures[site.network.member] = int(leaves["value"])
        step.figure = ", ".join(f"{member} {value:,}".replace(",", " ") for member, value in figures.items())
    with tell.step("the same again changes nothing") as step:
        sent = stage.sites["alfa"].command("submit", "--period", str(month))["sent"]
        if sent:
            raise Unexpected(f"{', '.join(sent)} was sent again")
        step.figure = "nothing is new, nothing was sent"
    with tell.step("no client's address is in anything that Alfa's agent keeps") as step:
        state = stage.sites["alfa"].state_folder
        kept = {path.name: path.read_bytes() for path in state.rglob("*") if path.is_file()}
        if found := [name for name, text in kept.items() if any(network in text for network in CLIENTS)]:
            raise Unexpected(f"addresses stand in {', '.join(found)}")
        step.figure = f"{len(kept)} files searched"
    return figures


def _leaves(said: dict[str, Any]) -> dict[str, Any]:
    row = next(row for row in said["figures"] if row["metric"] == QUERIES)
    if "leaves" not in row or QUERIES not in said["sent"]:
        raise Unexpected(f"{QUERIES} was not handed in: {row.get('why', said['sent'])}")
    leaves: dict[str, Any] = row["leaves"]
    return leaves


def _by_hand(tell: Teller, stage: Stage, month: Period) -> None:
    with (
        tell.step("Gamma, which has its resolver's counters and no log, hands in by form") as step,
        stage.person("mira") as mira,
    ):
        mira.sign_in()
        page = mira.get(f"{PAGE}hand-in/?period={month}")
        answer = mira.send(
            page,
            "/hand-in/",
            value=str(BY_HAND),
            version="counters",
            versions="31",
            entries_mean="120",
            observed="none",
        )
        if answer.status >= 400 or answer.path.endswith("/hand-in/"):
            raise Unexpected(f"the form was not taken ({answer.status} at {answer.path})")
        step.figure = "kept, and asked about where it looks odd" if "/figures/" in answer.path else "kept"


def _released(tell: Teller, stage: Stage, month: Period, figures: dict[str, int]) -> None:
    total = sum(figures.values()) + BY_HAND
    with stage.person("karin") as karin:
        with tell.step("Karin, who coordinates, sees that all handed in, and no figure") as step:
            karin.sign_in()
            manage = karin.get(f"{PAGE}manage/")
            _holds_none(manage.text, figures)
            step.figure = f"0 of {len(figures) + 1} figures on the page"
        with tell.step("she releases the month: the joint figure is the sum of five") as step:
            answer = karin.send(manage, "/release/", period=str(month))
            page = karin.get(PAGE)
            if answer.status >= 400 or not _stands(page.text, total):
                raise Unexpected(f"the page does not show {total} ({answer.status})")
            _holds_none(page.text, figures)
            step.figure = f"{total:,}".replace(",", " ")
    with (
        tell.step("Alfa's lead sees its own figure beside the joint one, and no one else's") as step,
        stage.person("ylva") as ylva,
    ):
        ylva.sign_in()
        page = ylva.get(PAGE)
        if not _stands(page.text, figures["alfa"]) or not _stands(page.text, total):
            raise Unexpected("the own or the joint figure is not on the page")
        _holds_none(page.text, {name: value for name, value in figures.items() if name != "alfa"})
        step.figure = f"own {figures['alfa']:,}".replace(",", " ")
    with tell.step("the month in which one member had above half is held") as step:
        held = _held_months(stage)
        if len(held) != 1:
            raise Unexpected(f"{len(held)} months are held, expected the one of the faulty device")
        step.figure = held[0]


def _held_months(stage: Stage) -> list[str]:
    from skyddsnat.hub.statistics.models import Release

    return list(Release.objects.filter(series_id=QUERIES, shown="held").values_list("period", flat=True))


def _holds_none(text: str, figures: dict[str, int]) -> None:
    if found := [name for name, value in figures.items() if _stands(text, value)]:
        raise Unexpected(f"the figures of {', '.join(found)} stand on the page")


def _stands(text: str, value: int) -> bool:
    """Whether the number is written there, in any of the ways that thousands are set apart."""
    plain = text.replace("&nbsp;", "\u00a0")
    return any(f"{value:,}".replace(",", between) in plain for between in ("", " ", ",", "\u00a0", "\u202f"))
