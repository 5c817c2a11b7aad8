"""The catalogue that is shipped: whole, linked, in both languages, in the coalition's words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

import pytest

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag, Direction, Sharing
from skyddsnat.catalogue.text import Text
from skyddsnat.catalogue.whole import Catalogue
from tests.figures import figure


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def texts(thing: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text under a record, with the way to it."""
    if isinstance(thing, Text):
        yield path, thing
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from texts(getattr(thing, field.name), f"{path}.{field.name}")
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from texts(value, f"{path}.{key}")
    elif isinstance(thing, tuple):
        for place, value in enumerate(thing):
            yield from texts(value, f"{path}[{place}]")


def test_it_has_what_the_domain_description_says_it_has(catalogue: Catalogue) -> None:
    counts = (
        catalogue.counts()
    )  # three metrics more: the plain counts that the joint statistics total (docs/statistics.md)
    assert {kind: counts[kind] for kind in ("techniques", "measures", "metrics", "questions", "entries", "sources")} == {
        "techniques": 29, "measures": 44, "metrics": 50 + 3, "questions": 30, "entries": 35, "sources": 65,
    }  # fmt: skip
    assert (len(catalogue.phases), len(catalogue.measure_groups), len(catalogue.maturity.areas)) == (7, 17, 6)


def test_it_is_read_once_for_a_process() -> None:
    assert load_catalogue() is load_catalogue()


def test_no_text_is_missing_in_either_language(catalogue: Catalogue) -> None:
    found = list(texts(catalogue))
    assert len(found) > 1000
    assert [path for path, text in found if not text.sv.strip() or not text.en.strip()] == []


def test_swedish_texts_are_not_english_ones_left_behind(catalogue: Catalogue) -> None:
    """Long texts that read the same in both languages were forgotten in translation; names such as "Lantern" may be equal."""
    same = [path for path, text in texts(catalogue) if text.sv == text.en and len(text.sv.split()) > 3]
    assert same == []


@pytest.mark.parametrize(
    "word",
    [
        r"\bsextortion\b", r"\bselfies?\b", r"\bkontrollsumm", r"\bbarnporr", r"\bbarnpornografi\b",
        r"\bchild porn", r"\bcensor", r"\bapppartner\b", r"\btest protocol\b",
    ],
)  # fmt: skip
def test_words_that_the_coalition_does_not_use_stand_nowhere(catalogue: Catalogue, word: str) -> None:
    said = [path for path, text in texts(catalogue) if re.search(word, f"{text.sv}\n{text.en}", re.IGNORECASE)]
    assert said == []


def test_a_lead_and_a_look_up_have_each_a_word_of_their_own(catalogue: Catalogue) -> None:
    """In Swedish a tip to follow up is an `uppslag`, and what a resolver answers an `uppslagning` or a `DNS-fråga`."""
    leads = {path: text for path, text in texts(catalogue) if re.search(r"uppslag(?!ning)", text.sv, re.IGNORECASE)}
    assert leads
    assert not {path for path, text in leads.items() if "lead" not in text.en.lower()}


def test_no_metric_speaks_of_attempts_visitors_or_offenders_in_its_name(catalogue: Catalogue) -> None:
    barred = re.compile(r"attempt|visitor|offender|försök|besökare|förövare", re.IGNORECASE)
    assert [m.id for m in catalogue.metrics.values() if barred.search(f"{m.name.sv} {m.name.en}")] == []


def test_norway_is_a_country_and_not_the_word_no(catalogue: Catalogue) -> None:
    assert catalogue.entries["KB-017"].country == "NO"
    assert catalogue.countries["NO"] == Text("Norge", "Norway")


def test_entries_that_read_as_a_weakness_in_law_enforcement_are_for_members(catalogue: Catalogue) -> None:
    kept = {entry.id for entry in catalogue.entries.values() if entry.audience.value == "members"}
    assert kept == {"KB-011", "KB-012"}


def test_seventeen_techniques_have_no_measure_in_the_network(catalogue: Catalogue) -> None:
    assert len(catalogue.techniques_without("NET")) == 17


def test_dns_blocking_bears_on_five_techniques(catalogue: Catalogue) -> None:
    expected = ("TEC-ACC-01", "TEC-ACC-04", "TEC-ACC-05", "TEC-MON-02", "TEC-CLO-01")
    assert catalogue.measures["SKM-NET-01"].counters == expected


def test_the_coverage_table_counts_each_link_once(catalogue: Catalogue) -> None:
    table = catalogue.coverage()
    assert sum(table["TEC-ACC-01"].values()) == len(catalogue.techniques["TEC-ACC-01"].measures)
    assert table["TEC-ACC-01"]["NET"] == 3
    assert table["TEC-ACC-01"]["DOM"] == 1


def test_the_first_round_is_the_eight_that_every_operator_can_deliver(catalogue: Catalogue) -> None:
    first = [catalogue.metrics[metric] for metric in catalogue.metric_words.first_round]
    assert len(first) == 8
    assert [metric.id for metric in first if metric.sharing is not Sharing.SECRET] == ["MET-BLK-07"]


def test_the_only_metric_barred_from_rounds_is_sales_data(catalogue: Catalogue) -> None:
    barred = [metric.id for metric in catalogue.metrics.values() if metric.competition is CompetitionFlag.RED]
    assert barred == ["MET-EDU-02"]


def test_counts_of_blocking_and_reporting_are_neutral(catalogue: Catalogue) -> None:
    for metric in ("MET-BLK-01", "MET-BLK-02", "MET-BLK-03", "MET-REP-01", "MET-DET-02", "MET-OVB-03", "MET-SHR-01"):
        assert catalogue.metrics[metric].direction is Direction.NEUTRAL


def test_a_neutral_metric_never_gives_a_rank_not_even_to_its_owner(catalogue: Catalogue) -> None:
    ladder = catalogue.metric_words.release.ladder
    for metric in catalogue.metrics.values():
        ranks = any("rank" in word for rung in ladder for word in metric.private_outputs(rung))
        assert ranks is not metric.is_neutral
    neutral = sum(metric.is_neutral for metric in catalogue.metrics.values())
    figure("neutral.metrics", neutral=neutral, of=len(catalogue.metrics), ranked=0)


def test_one_can_go_from_a_metric_to_its_measures_and_their_questions(catalogue: Catalogue) -> None:
    assert [measure.id for measure in catalogue.measures_followed_by("MET-LST-06")] == ["SKM-NET-08"]
    assert [question.id for question in catalogue.questions_about("SKM-NET-08")] == ["MQ-B4"]


def test_every_measure_is_asked_about_in_the_maturity_model(catalogue: Catalogue) -> None:
    assert [measure for measure in catalogue.measures if not catalogue.questions_about(measure)] == []


def test_nothing_in_the_catalogue_can_be_changed_by_who_reads_it(catalogue: Catalogue) -> None:
    with pytest.raises(TypeError):
        catalogue.measures["SKM-NEW-01"] = catalogue.measures["SKM-NET-01"]  # type: ignore[index]
    with pytest.raises(TypeError):
        catalogue.measures["SKM-NET-01"].good[1] = Text("", "")  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.measures["SKM-NET-01"].group = "DOM"  # type: ignore[misc]
