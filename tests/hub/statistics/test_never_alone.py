"""Wherever a joint figure stands for people, what it is not to be read without stands too, and each period as a table."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone, translation

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.statistics import context
from skyddsnat.hub.statistics.lines import context_lines, value_said
from skyddsnat.hub.statistics.models import Event, Release
from skyddsnat.policy.statistics.words import EventKind
from tests.hub.statistics.conftest import LOOKUPS, VALUES, Stats

METRIC = load_catalogue().metrics[LOOKUPS]
INSIDE = f"/statistics/{LOOKUPS}/"
LATER = {member: value + 10 for member, value in VALUES.items()}


@pytest.fixture
def shown(stats: Stats) -> Stats:
    """Two months of a public series, with something that happened meanwhile."""
    series = stats.ready(is_public=True)
    for period, values in (("2026-01", VALUES), ("2026-02", LATER)):
        stats.all_in(period, values)
        stats.release(series, period)
    Event.objects.create(
        series=series,
        day=date(2026, 2, 3),
        kind=EventKind.OUTAGE,
        note_sv="en resolver stod stilla",
        note_en="a resolver stood still",
        made_by=stats.coordinator,
        made_at=timezone.now(),
    )
    return stats


def words(html: str) -> str:
    """A page's text as it is read; what stands in its charts is left out."""
    rest = re.sub(r"(?s)<(svg|script|style).*?</\1>", " ", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", rest)).replace("\u2060", ""))


def page(stats: Stats, path: str, language: str) -> str:
    visitor = Client() if path.startswith("/open/") else stats.cast.sign_in(Client(), stats.lead("alfa"))
    visitor.cookies["language"] = language
    answer = visitor.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("where", [INSIDE, "/open/{}/", "/open/{}/report/?year=2026"])
def test_a_joint_figure_stands_with_its_definition_caveat_context_events_and_table(
    shown: Stats, where: str, language: str
) -> None:
    html = page(shown, where.format(language), language)
    text = words(html)
    told = context.to_all(context.from_json(Release.objects.latest("pk").context), is_first_panel=True)
    with translation.override(language):
        lines = context_lines(told)
        numbers = [words(value_said(sum(values.values()), METRIC.value.decimals)) for values in (VALUES, LATER)]
        wanted = [METRIC.definition.get(language), METRIC.pitfalls.get(language)]
        wanted += [str(said) for line in lines for said in (line.label, line.text)]
    wanted.append({"sv": "en resolver stod stilla", "en": "a resolver stood still"}[language])
    assert len(lines) >= 6
    assert [one for one in wanted if words(one).strip() not in text] == []
    cells = [words(cell).strip() for cell in re.findall(r"(?s)<td[^>]*>(.*?)</td>", html)]
    assert [number for number in numbers if number not in cells] == []
