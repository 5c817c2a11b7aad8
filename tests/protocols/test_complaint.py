"""What a stop page hands over is read strictly, and comes back as it was written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.complaints import Reason
from skyddsnat.protocols.complaint import MAX_BYTES, BadComplaint, Complaint, read_complaint, write_complaint

GOOD: dict[str, Any] = {
    "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "at": "2026-11-28T13:00:00Z",
    "language": "sv",
    "reason": "unsure",
    "entry": "",
    "name": "fel.test",
    "contact": "",
}
COMPLAINTS = st.builds(
    Complaint,
    id=st.uuids(),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC)),  # noqa: DTZ001
    language=st.sampled_from(["sv", "en"]),
    reason=st.sampled_from(Reason),
    entry=st.from_regex(r"[0-9A-F]{8}", fullmatch=True),
    contact=st.sampled_from(["", "jag@post.test", "+46 70 000 00 00"]),
)


@given(COMPLAINTS)
def test_what_is_written_is_read_back(complaint: Complaint) -> None:
    assert read_complaint(write_complaint(complaint)) == complaint


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1"}, {"id": "7C9E6679-7425-40DE-944B-E07FC1F90AE7"}, {"at": "yesterday"}, {"at": "2026-11-28T13:00:00"},
        {"language": "de"}, {"reason": "because"}, {"entry": "1A2B3C4D"}, {"name": ""}, {"name": "", "entry": "1a2b3c4d"},
        {"name": "FEL.test"}, {"name": "http://fel.test/"}, {"name": "192.0.2.1"}, {"contact": "ring"}, {"contact": 7},
        {"contact": "a\x00b@post.test"}, {"contact": "\ud800@post.test"}, {"contact": "gpj.\u202ea@post.test"},
        {"address": "192.0.2.1"}, {"note": "text"},
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_repeating_it(change: dict[str, Any]) -> None:
    with pytest.raises(BadComplaint) as refused:
        read_complaint(json.dumps(GOOD | change).encode())
    assert not [value for value in change.values() if len(str(value)) > 1 and str(value) in refused.value.message]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff", b"[" * 5_000, b"{" + b" " * MAX_BYTES, json.dumps({"id": 1}).encode()]
)
def test_what_is_no_complaint_is_refused(body: bytes) -> None:
    with pytest.raises(BadComplaint):
        read_complaint(body)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_be_refused(body: bytes) -> None:
    with pytest.raises(BadComplaint):
        read_complaint(body)
