"""Every kind of fault is found, with the file, the id, what was got and what was expected."""

# ruff: noqa: E501 - a table of data reads best with one fault a line
from __future__ import annotations

from pathlib import Path

import pytest

from skyddsnat.catalogue.loading import read_catalogue
from tests.catalogue.conftest import Plant

FAULTS = [
    # (what, file, passage, in its place, id, field, in the message)
    ("an unknown key", "measures.yaml", "    group: NET\n", "    group: NET\n    colour: red\n", "SKM-NET-01", "colour", "an unknown key"),
    ("a missing key", "measures.yaml", "    group: NET\n", "", "SKM-NET-01", "group", "got nothing"),
    ("a missing language", "techniques.yaml", 'sv: "Falsk identitet gentemot barn", ', "", "TEC-CON-02", "name.sv", "got nothing"),
    ("an empty text", "techniques.yaml", '"Falsk identitet gentemot barn"', '"  "', "TEC-CON-02", "name.sv", "expected a text"),
    ("a third language", "knowledge.yaml", '{id: "SE", name: {sv:', '{id: "SE", name: {de: "x", sv:', "SE", "name.de", "an unknown key"),
    ("an id of another shape", "metrics.yaml", "id: MET-BLK-04", "id: BLK-04", "BLK-04", "id", "MET-BLK-01"),
    ("an id a second time", "metrics.yaml", "id: MET-BLK-04", "id: MET-BLK-05", "MET-BLK-05", "id", "a second time"),
    ("a word that is not in the list", "metrics.yaml", "direction: higher", "direction: upwards", "MET-BLK-04", "direction", "higher, lower, neutral"),
    ("a flag that is not in the list", "metrics.yaml", "{flag: green, reason: own_process}", "{flag: blue, reason: own_process}", "MET-BLK-01", "competition.flag", "green, amber, red"),
    ("a truth that is a word", "sources.yaml", 'year: 2018, url: "https://www.mobil', 'year: "2018", url: "https://www.mobil', "SRC-ARTICLE", "year", "a whole number"),
    ("a country that YAML 1.1 reads as false", "knowledge.yaml", 'country: "NO"', "country: false", "KB-017", "country", "got false"),
    ("a country without a name", "knowledge.yaml", 'country: "NO"', 'country: "FI"', "KB-017", "country", "a country that exists"),
    ("a topic without a name", "knowledge.yaml", "topic: habits", "topic: habit", "KB-035", "topic", "did you mean habits?"),
    ("an audience that is too wide", "knowledge.yaml", "audience: members", "audience: everybody", "KB-011", "audience", "public, members"),
    ("a year far off", "knowledge.yaml", "year: 2005", "year: 20005", "KB-001", "year", "from 1900 to 2100"),
    ("an address that is not https", "sources.yaml", 'url: "https://www.mobilabonnemang', 'url: "javascript:alert(1)//mobilabonnemang', "SRC-ARTICLE", "url", "https://"),
    ("a source that does not exist", "techniques.yaml", "source: [SRC-IWF-PIR]", "source: [SRC-IWF-PIP]", "TEC-ACC-04", "source", "did you mean SRC-IWF-PIR?"),
    ("a knowledge source that does not exist", "knowledge.yaml", "source: SRC-LOCAL-2005", "source: SRC-LOCAL-2006", "KB-001", "source", "a source that exists"),
    ("a list with one name twice", "techniques.yaml", "source: [SRC-IWF-PIR]", "source: [SRC-IWF-PIR, SRC-IWF-PIR]", "TEC-ACC-04", "source", "more than once"),
    ("an empty list", "techniques.yaml", "source: [SRC-IWF-PIR]", "source: []", "TEC-ACC-04", "source", "an empty list"),
    ("a technique whose measure does not answer", "measures.yaml", "counters: [TEC-ACC-01, TEC-ACC-04, TEC-ACC-05,", "counters: [TEC-ACC-04, TEC-ACC-05,", "TEC-ACC-01", "measures", "in the counters of SKM-NET-01"),
    ("a measure whose technique does not answer", "techniques.yaml", "measures: [SKM-NET-01, SKM-NET-03, SKM-NET-05, SKM-DOM-01]", "measures: [SKM-NET-03, SKM-NET-05, SKM-DOM-01]", "SKM-NET-01", "counters", "in the measures of TEC-ACC-01"),
    ("a phase that does not exist", "techniques.yaml", "phase: MON", "phase: MOM", "TEC-MON-01", "phase", "did you mean MON?"),
    ("a technique in another phase than its id says", "techniques.yaml", "phase: MON", "phase: CLO", "TEC-MON-01", "phase", "the middle part of the id"),
    ("two phases in one place", "techniques.yaml", "{id: COE, order: 2,", "{id: COE, order: 1,", "COE", "order", "each order once"),
    ("a group that does not exist", "measures.yaml", "    group: TRA\n", "    group: TRB\n", "SKM-TRA-01", "group", "a group that exists"),
    ("a level that is missing", "measures.yaml", "      2: {sv: \"Listan hämtas automatiskt", "      4: {sv: \"Listan hämtas automatiskt", "SKM-NET-01", "good.2", "got nothing"),
    ("a service without a name", "measures.yaml", "applies_to: [procurement]", "applies_to: [procurements]", "SKM-SUP-02", "applies_to", "did you mean procurement?"),
    ("a text in one language only", "measures.yaml", 'evidence: {sv: "Testprotokoll per varumärke.", en: "Test record per brand."}', 'evidence: "Test record per brand."', "SKM-COM-03", "evidence", "a text in Swedish and in English"),
    ("a service beside all", "measures.yaml", "applies_to: [procurement]", "applies_to: [all, procurement]", "SKM-SUP-02", "applies_to", "all alone"),
    ("a metric that does not exist", "measures.yaml", "metrics: [MET-LEA-03]", "metrics: [MET-LEA-09]", "SKM-LEA-03", "metrics", "a metric that exists"),
    ("a metric that no measure has", "measures.yaml", "metrics: [MET-LEA-04]", "metrics: [MET-LEA-03]", "MET-LEA-04", "", "no measure with this metric"),
    ("a unit without a name", "metrics.yaml", 'unit: "score"', 'unit: "points"', "MET-GOV-01", "unit", "a unit that exists"),
    ("a normaliser without a name", "metrics.yaml", "normaliser: MSG", "normaliser: SMS", "MET-COM-01", "normaliser", "a normaliser that exists"),
    ("a reason without a text", "metrics.yaml", "reason: takeup}", "reason: sales}", "MET-EDU-02", "competition.reason", "a reason that exists"),
    ("a value without room", "metrics.yaml", "value: {type: score, min: 0, max: 3,", "value: {type: score, min: 3, max: 3,", "MET-GOV-01", "value.max", "more than min (3)"),
    ("a boolean that goes to two", "metrics.yaml", "{type: boolean, min: 0, max: 1,", "{type: boolean, min: 0, max: 2,", "MET-GOV-03", "value.max", "0 to 1"),
    ("a count with decimals", "metrics.yaml", "max: 100000000, decimals: 0", "max: 100000000, decimals: 2", "MET-BLK-01", "value.decimals", "0 for whole numbers"),
    ("too few codes for the largest value", "metrics.yaml", "base: 1000, ratio: 1.1, codes: 122", "base: 1000, ratio: 1.1, codes: 121", "MET-BLK-01", "coarse.codes", "expected 122"),
    ("a ratio that never grows", "metrics.yaml", "base: 1000, ratio: 1.1", "base: 1000, ratio: 1.0", "MET-BLK-01", "coarse.ratio", "from 1.01"),
    ("a base at zero", "metrics.yaml", "base: 1000, ratio: 1.1", "base: 0, ratio: 1.1", "MET-BLK-01", "coarse.base", "above 0"),
    ("a step that does not divide", "metrics.yaml", "step: 0.25", "step: 0.7", "MET-GOV-01", "coarse.step", "divides"),
    ("a permille step that does not divide", "metrics.yaml", "{kind: permille, step: 10}", "{kind: permille, step: 30}", "MET-BLK-04", "coarse.step", "divisor of 1000"),
    ("permille of something beyond 100", "metrics.yaml", "{type: ratio, min: 0, max: 100, decimals: 1}", "{type: ratio, min: 0, max: 200, decimals: 1}", "MET-BLK-04", "coarse.kind", "0 to 100"),
    ("a ladder that does not exist", "metrics.yaml", "ladder: COUNT", "ladder: COUNTS", "MET-LST-05", "coarse.ladder", "HOURS, COUNT"),
    ("a ladder that goes down", "metrics.yaml", "COUNT: [1, 3, 6,", "COUNT: [1, 6, 3,", "", "ladders.COUNT", "strictly rising"),
    ("bits too narrow for the codes", "metrics.yaml", "    bits: 16\n", "    bits: 8\n", "MET-BLK-07", "bits", "16, for 1000 codes"),
    ("a barred metric in the first round", "metrics.yaml", "first_round: [MET-LST-01,", "first_round: [MET-EDU-02,", "", "first_round", "red competition flag"),
    ("a first round with an unknown metric", "metrics.yaml", "first_round: [MET-LST-01,", "first_round: [MET-LST-11,", "", "first_round", "a metric that exists"),
    ("a floor below five", "metrics.yaml", "  min_contributors: 5              #", "  min_contributors: 3              #", "", "release.min_contributors", "from 5 to 1000"),
    ("a total below five", "metrics.yaml", "joint_totals: {min_contributors: 5,", "joint_totals: {min_contributors: 4,", "", "joint_totals.min_contributors", "from 5"),
    ("a share above the whole", "metrics.yaml", "max_share: 0.5, refuse_if_all_equal: true, tested", "max_share: 1.5, refuse_if_all_equal: true, tested", "", "release.exact_value_rules.max_share", "between 0 and 1"),
    ("a release to all at four", "metrics.yaml", "{n: [4, 4], private: [above_or_below_middle], public: []}", "{n: [4, 4], private: [above_or_below_middle], public: [banded_median]}", "", "release.ladder", "none below 5"),
    ("a gap between rungs", "metrics.yaml", "{n: [8, 11],", "{n: [9, 11],", "", "release.ladder", "rungs without gaps"),
    ("a last rung with an end", "metrics.yaml", "{n: [12, null],", "{n: [12, 20],", "", "release.ladder", "null (and more)"),
    ("an output without a name", "metrics.yaml", "private: [above_or_below_middle]", "private: [above_or_below_mean]", "", "release", "an output that exists"),
    ("an output that is never opened", "metrics.yaml", "public: [banded_median]}", "public: [banded_median, max]}", "", "release.never", "nothing in the ladder"),
    ("a release rule out of bounds", "metrics.yaml", "runs_per_input_root: 1", "runs_per_input_root: 2", "", "release.runs_per_input_root", "from 1 to 1"),
    ("a coarsening without a size", "metrics.yaml", 'permille: {"4-7": 5, ', "permille: {", "", "release.coarsen.permille.4-7", "got nothing"),
    ("a question with a level too few", "maturity.yaml", '      3: {sv: "Styrelsen behandlar', '      9: {sv: "Styrelsen behandlar', "MQ-A1", "levels.3", "got nothing"),
    ("a question in another area than its id says", "maturity.yaml", "    area: A\n", "    area: B\n", "MQ-A1", "area", "the letter of the id"),
    ("a question about a measure that does not exist", "maturity.yaml", "measures: [SKM-GOV-01]", "measures: [SKM-GOV-99]", "MQ-A1", "measures", "a measure that exists"),
    ("a weight of nothing", "maturity.yaml", "    weight: 2\n", "    weight: 0\n", "MQ-A1", "weight", "from 1 to 10"),
    ("an area that nobody asks about", "maturity.yaml", "areas:\n", 'areas:\n  - {id: G, name: {sv: "Nytt", en: "New"}}\n', "G", "", "no question"),
    ("a ceiling that does not exist", "exchange.yaml", "ceiling: observe,", "ceiling: watch,", "verified_hotline", "ceiling", "a ceiling that exists"),
    ("an actor that does not exist", "exchange.yaml", "ceiling: block, set_by: [police], final: false", "ceiling: block, set_by: [polis], final: false", "verified_police", "set_by", "did you mean police?"),
    ("a way to a state that does not exist", "exchange.yaml", "draft: [submitted, withdrawn]", "draft: [sent, withdrawn]", "draft", "transitions", "a state that exists"),
    ("a way on from a final state", "exchange.yaml", "  expired: []", "  expired: [draft]", "expired", "transitions", "final"),
    ("a state without ways on", "exchange.yaml", "draft: [submitted, withdrawn]", "draft: []", "draft", "transitions", "final"),
    ("a state that nothing leads to", "exchange.yaml", "draft: [submitted, withdrawn]", "draft: [withdrawn]", "submitted", "transitions", "a way to every state"),
    ("a state without a line of ways", "exchange.yaml", "  rejected: []\n", "", "rejected", "transitions", "no line for this state"),
    ("an unknown word that means something", "exchange.yaml", "unknown_state_or_ceiling: none", "unknown_state_or_ceiling: inform", "", "state_rules.unknown_state_or_ceiling", "expected none"),
    ("a marking that does not exist", "exchange.yaml", "default_tlp: RED", "default_tlp: PURPLE", "number", "default_tlp", "TLP 2.0"),
    ("an expiry of nothing", "exchange.yaml", "expiry_days: 14", "expiry_days: 0", "url", "expiry_days", "from 1 to 3650"),
    ("a verifier that does not exist", "exchange.yaml", "who_may_verify: [police]", "who_may_verify: [army]", "number", "who_may_verify", "an actor that exists"),
    ("a scheme on an unknown source", "exchange.yaml", "source: SRC-IWF-2024, checked", "source: SRC-IWF-2023, checked", "IWF", "source", "a source that exists"),
    ("a completeness for an unknown metric", "exchange.yaml", "{metric: MET-REP-02,", "{metric: MET-REP-22,", "", "referral_report.completeness", "a metric that exists"),
    ("an optional status that is no status", "exchange.yaml", "optional_statuses: [investigation_opened]", "optional_statuses: [opened]", "", "referral_report.optional_statuses", "a status that exists"),
    ("an optional field that is no field", "exchange.yaml", "optional: [dedup_attempts]", "optional: [dedup]", "coalition_monthly", "optional", "in the list above"),
    ("another schema", "sources.yaml", "schema: skyddsnat/sources", "schema: skyddsnat/measures", "", "schema", "skyddsnat/sources"),
    ("a version that is no version", "sources.yaml", "version: 1.1.0", "version: newest", "", "version", "1.2.0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "subject", "field", "said"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_planted_fault_is_found_and_named(
    plant: Plant, file: str, old: str, new: str, subject: str, field: str, said: str
) -> None:
    problems = plant(file, old, new)
    found = [p for p in problems if (p.id, p.field) == (subject, field) and said in str(p)]
    assert found, f"expected a problem of {subject} {field} with {said!r}, got: " + "; ".join(map(str, problems))
    assert found[0].got
    assert found[0].expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty file"),
        ("- a\n- b\n", "no mapping at the top"),
        ("schema: [\n", "well-formed YAML"),
        ("schema: a\nschema: b\n", "the key 'schema' twice"),
        ("schema: &x a\nversion: *x\n", "an alias"),
        ("schema: !!python/name:os.system a\n", "an explicit tag"),
        ("schema: !!binary aGVq\n", "an explicit tag"),
        ("? [1]\n: a\n", "a key that is neither"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", "more than 20 levels"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem_of_that_file(folder: Path, text: str, said: str) -> None:
    (folder / "measures.yaml").write_text(text, encoding="utf-8")
    problems = read_catalogue(folder)[1]
    assert [problem.file for problem in problems] == ["measures.yaml"]
    assert said in str(problems[0])


def test_a_missing_file_is_one_problem_and_not_one_for_every_link_to_it(folder: Path) -> None:
    (folder / "sources.yaml").unlink()
    assert [str(p) for p in read_catalogue(folder)[1]] == [
        "sources.yaml: got no file that can be read, expected a file sources.yaml in the folder"
    ]


def test_bytes_that_are_no_text_are_named(folder: Path) -> None:
    (folder / "sources.yaml").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in str(read_catalogue(folder)[1][0])


def test_a_file_too_large_is_refused_before_it_is_parsed(folder: Path) -> None:
    (folder / "sources.yaml").write_text("a: " + "x" * 2_000_001, encoding="utf-8")
    assert "at most 2000000" in str(read_catalogue(folder)[1][0])


def test_all_faults_are_collected_in_one_reading(plant: Plant) -> None:
    plant("measures.yaml", "    group: NET\n", "    group: NTE\n")
    plant("sources.yaml", "year: 2018, url", "year: 18, url")
    problems = plant("techniques.yaml", 'sv: "Falsk identitet gentemot barn", ', "")
    assert {"measures.yaml", "sources.yaml", "techniques.yaml"} <= {problem.file for problem in problems}


def test_a_problem_names_the_line_of_its_record(plant: Plant, folder: Path) -> None:
    (problem,) = plant("knowledge.yaml", 'country: "NO"', "country: false")
    line = (folder / "knowledge.yaml").read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert "id: KB-017" in line
