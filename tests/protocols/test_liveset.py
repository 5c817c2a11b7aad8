"""A set that follows its changes has the digest of the set that they lead to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.feedhead import set_digest
from skyddsnat.protocols.liveset import LiveSet

SAID = st.sampled_from(["a" * 64, "b" * 64])
IDS = st.sampled_from(
    [f"indicator--{end}" for end in ("1", "12", "1|2", "2", "2|", "å", "", "x-12", "12|-12", "12|12|-12")]
)
ENTRIES = st.dictionaries(IDS, st.tuples(st.integers(0, 200), SAID))


@given(ENTRIES, st.lists(st.tuples(st.sets(IDS), ENTRIES), max_size=4))
def test_changes_lead_to_the_digest_of_the_whole(
    start: dict[str, tuple[int, str]], steps: list[tuple[set[str], dict[str, tuple[int, str]]]]
) -> None:
    held, live = dict(start), LiveSet((one, *rest) for one, rest in start.items())
    for gone, new in steps:
        before = live.digest
        held = {one: rest for one, rest in held.items() if one not in gone} | new
        after = live.changed(gone | set(new), [(one, *rest) for one, rest in new.items()])
        assert live.digest == before, "a set never changes"
        live = after
        assert live.digest == set_digest((one, *rest) for one, rest in held.items())
