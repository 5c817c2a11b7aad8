"""A round from plan to archive: each state comes with its evidence, and the transcript proves it without the hub."""

from __future__ import annotations

from skyddsnat.hub.benchmark.models import Ciphertext, Round, TranscriptEntry
from skyddsnat.hub.benchmark.queries.rounds import release_of, transcript_lines
from skyddsnat.hub.benchmark.queries.submissions import positions_of
from skyddsnat.protocols.benchmark import statement, verify
from skyddsnat.protocols.benchmark.statement import Kind
from tests.hub.benchmark.conftest import PARTIES, Bench


def test_a_round_goes_from_plan_to_archive_and_its_transcript_proves_it(bench: Bench) -> None:
    round_ = bench.released()
    assert round_.state == Round.State.RELEASED
    found = release_of(round_)
    assert found is not None
    assert found["items"]["MET-LST-01"]["points"] == {"median": "1"}
    assert found["items"]["MET-LST-01"]["measured"] == 0
    assert len(positions_of(round_, "alfa") or []) == 3
    bench.all_say(round_, Kind.DESTROYED)
    round_ = bench.again(round_)
    assert round_.state == Round.State.ARCHIVED
    assert not Ciphertext.objects.exists()
    proved = verify.verify(b"".join(transcript_lines(round_, round_.owner_id)))
    assert proved.release is not None
    assert proved.accepted == ("alfa", "beta", "delta", "epsilon", "gamma")
    assert [len(proved.said(kind)) for kind in Kind] == [3, 3, 3, 3, 3, 3, 0, 3]
    steps = TranscriptEntry.objects.filter(round=round_, kind="state").count()
    assert steps == 7
    assert statement.agree(proved.said(Kind.ROOT))
    assert [party.id for party in proved.specification.parties] == list(PARTIES)
