"""Codes, scores, spelling and files of values: what the browser makes of them is what Python makes."""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from playwright.sync_api import Page

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.maturity.queries import model_facts
from skyddsnat.policy.maturity import NOT_APPLICABLE, score
from skyddsnat.protocols.benchmark import canonical, coding
from tests.hub.benchmark.sealing import sealing_page
from tests.rounds import specification

pytestmark = [pytest.mark.browser]

SPEC = specification(("MET-BLK-05", "MET-LST-03", "MET-BLK-01", "MET-BLK-01.amount", "MQ-A1"))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    yield from sealing_page()


def test_every_metrics_value_gets_the_same_code_in_both_languages(page: Page) -> None:
    rng = random.Random(4)
    rows = []
    for metric in load_catalogue().metric_words.metrics.values():
        for factor in (1, 3):
            item = coding.item_of_metric(metric, factor)
            span = metric.value.high - metric.value.low
            drawn = [metric.value.low + span * Decimal(rng.randrange(10**6)) / 10**6 for _ in range(8)]
            texts = [format(round(v, metric.value.decimals), "f") for v in drawn]
            texts += [format(edge, "f") for edge in rng.sample(item.edges, min(3, len(item.edges)))]
            rows.append((item.document(), texts, [coding.encode(item, coding.value(t)) for t in texts]))
    amount = coding.item_of_amount(next(iter(load_catalogue().metric_words.metrics.values())))
    for decimals in (0, 2):
        document = amount.document() | {"decimals": decimals}
        texts = ["0", "0.5", "1.5", "2.5", "2.500000000001", "17.125", "17.135", "123456"]
        exact = [int((Decimal(t) * 10**decimals).to_integral_value()) for t in texts]
        rows.append((document, texts, exact))
    found = page.evaluate(
        "(rows) => rows.map(([item, texts]) => texts.map((t) => Number(s.coding.encode(item, s.coding.number(t)))))",
        [[item, texts] for item, texts, _ in rows],
    )
    assert found == [codes for _, _, codes in rows]


def test_both_languages_spell_and_sign_alike(page: Page) -> None:
    things = [json.loads(SPEC.raw), {"b": [1, None, True, 'å\u2028"\\\n\x01😀'], "a": {}, "ä": -(2**53) + 1}]
    spelled = page.evaluate("(things) => things.map(s.canonical)", things)
    assert [text.encode() for text in spelled] == [canonical.dumps(thing) for thing in things]


def test_both_languages_score_the_self_assessment_alike(page: Page) -> None:
    rng = random.Random(9)
    model = load_catalogue().maturity
    rounds = []
    for _ in range(60):
        chances = [0, 1, 2, 3, NOT_APPLICABLE, None] if rng.random() < 0.5 else [0, 1, 2, 3, 3, 2]
        rounds.append({name: rng.choice(chances) for name in model.questions})
    found = page.evaluate(
        """([model, rounds]) => rounds.map((answers) => {
            const {areas, total, complete} = s.maturity.score(model, new Map(Object.entries(answers)));
            const text = (score) => score && s.maturity.decimals(score);
            return [areas.map((area) => text(area.score)), text(total), complete];
        })""",
        [model_facts(), rounds],
    )
    for answers, (areas, total, complete) in zip(rounds, found, strict=True):
        expected = score(model, answers)
        assert areas == [two_places(area.score) for area in expected.areas]
        assert (total, complete) == (two_places(expected.total), expected.complete)


def two_places(score: Fraction | None) -> str | None:
    if score is None:
        return None
    cents, rest = divmod(score * 100, 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and cents % 2)
    return format(Decimal(int(cents) + int(up)) / 100, ".2f")


def sheet(rows: list[tuple[str, str]], *, shared: bool) -> bytes:
    """A workbook as spreadsheet programs write them: texts shared or inline, numbers as they keep them."""
    texts = [name for name, _ in rows]
    cells = "".join(
        f'<row r="{at}">'
        + (
            f'<c r="A{at}" t="s"><v>{at - 1}</v></c>'
            if shared
            else f'<c r="A{at}" t="inlineStr"><is><t>{name}</t></is></c>'
        )
        + f'<c r="B{at}"><v>{value}</v></c></row>'
        for at, (name, value) in enumerate(rows, 1)
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{cells}</sheetData></worksheet>")
        if shared:
            strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
            archive.writestr("xl/sharedStrings.xml", f"<sst {space}>{strings}</sst>")
    return made.getvalue()


TABLE = [("MET-BLK-05", "97.299999999999997"), ("MQ-A1", "2"), ("MET-LST-03", "0.10000000000000001")]
READ = [["MET-BLK-05", "97.3"], ["MQ-A1", "2"], ["MET-LST-03", "0.1"]]


@pytest.mark.parametrize(
    ("name", "raw", "rows"),
    [
        ("a.csv", b"id,value\nMET-BLK-05,97.3\nMQ-A1,2\nMET-LST-03,0.1\n", READ),
        ("a.csv", 'mått;värde\r\n"MET-BLK-05";"97,3"\r\nSumma;9\r\n'.encode(), [["MET-BLK-05", "97,3"]]),
        ("a.csv", b"\xef\xbb\xbfMET-BLK-05\t\n", [["MET-BLK-05", ""]]),
        ("a.xlsx", sheet(TABLE, shared=True), READ),
        ("a.xlsx", sheet(TABLE, shared=False), READ),
        ("a.xlsx", b"PK\x03\x04 no workbook", "refused"),
        ("a.csv", b"\xff\xfe\x00", "refused"),
        ("a.xlsx", sheet([("MQ-A1", "2" * 6_000_000)], shared=True), "refused"),
    ],
)
def test_a_file_of_values_is_read_on_the_device(page: Page, name: str, raw: bytes, rows: Any) -> None:
    found = page.evaluate(
        """async ([name, text]) => {
            const file = new File([s.unbase64(text)], name);
            try { return await skyddsnatSealing.tables.readTable(file) } catch { return "refused" }
        }""",
        [name, base64.b64encode(raw).decode()],
    )
    assert found == rows


def test_an_item_that_stands_twice_in_a_file_is_found(page: Page) -> None:
    ask = "rows => skyddsnatSealing.tables.repeated(rows) ?? null"
    assert page.evaluate(ask, [["MET-BLK-05", "1"], ["MQ-A1", "2"]]) is None
    assert page.evaluate(ask, [["MET-BLK-05", "1"], ["MQ-A1", "2"], ["MET-BLK-05", "3"]]) == "MET-BLK-05"
