"""The score of a self-assessment, as the model's rules say."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.maturity import NOT_APPLICABLE, Answer, score

MODEL = load_catalogue().maturity
ANSWERS = st.fixed_dictionaries(
    {}, optional={q: st.sampled_from([0, 1, 2, 3, NOT_APPLICABLE, None]) for q in MODEL.questions}
)


def test_an_area_is_the_weighted_mean_of_its_answers() -> None:
    found = score(MODEL, {"MQ-A1": 3, "MQ-A2": 1, "MQ-A3": 2})
    (area,) = [each for each in found.areas if each.area == "A"]
    assert area.score == Fraction(2 * 3 + 2 * 1 + 2, 5)
    assert (area.points, area.weights, area.open) == (10, 5, 2)
    assert found.total == area.score
    assert not found.complete


def test_too_many_that_do_not_apply_leave_an_area_without_a_score() -> None:
    two = {f"MQ-A{n}": NOT_APPLICABLE for n in (1, 2)} | {f"MQ-A{n}": 3 for n in (3, 4, 5)}
    assert score(MODEL, two).total == 3
    assert score(MODEL, two | {"MQ-A3": NOT_APPLICABLE}).total is None


@given(ANSWERS)
def test_the_total_is_the_mean_of_the_areas_that_have_one(answers: dict[str, Answer]) -> None:
    found = score(MODEL, answers)
    scored = [area.score for area in found.areas if area.score is not None]
    assert found.total == (sum(scored) / len(scored) if scored else None)
    assert all(0 <= one <= 3 for one in scored)
    assert sum(area.open for area in found.areas) == sum(answers.get(q) is None for q in MODEL.questions)


@pytest.mark.parametrize(
    ("odd", "code"), [({"MQ-A1": 4}, "no_level"), ({"MQ-A1": "3"}, "no_level"), ({"MQ-Z1": 1}, "no_question")]
)
def test_what_is_no_answer_is_refused(odd: dict[str, Answer], code: str) -> None:
    with pytest.raises(PolicyRefusal) as caught:
        score(MODEL, odd)
    assert caught.value.code == code
