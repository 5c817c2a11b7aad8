"""What a request says of itself is read as far as it is what it should be."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from skyddsnat.hub.members.request import body_length, is_longer


@pytest.mark.parametrize(
    ("header", "length"), [("0", 0), ("17", 17), ("", None), ("-1", None), ("²", None), ("٣", None), ("9" * 5000, None)]
)
def test_a_length_that_is_none_ends_nothing(header: str, length: int | None) -> None:
    request = RequestFactory().post("/", CONTENT_LENGTH=header)
    assert body_length(request) == length
    assert is_longer(request, 17) == (length is None)
