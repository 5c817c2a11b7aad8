"""The compiler: one list from rows, the same on every machine, without holes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.coverage import Coverage, Listed
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Action, BlockList, Policy, Row, compile_list, list_version

NOW = datetime(2026, 11, 24, 15, 8, 9, tzinfo=UTC)
ZONES = ("hot.rpz.skyddsnat.example", "base.rpz.skyddsnat.example")


def compiled(*rows: Row, allow: frozenset[str] = frozenset(), policy: Policy | None = None) -> BlockList:
    return compile_list(rows, now=NOW, policy=policy or Policy(), zones=ZONES, allow=allow)


def whole(name: str, until: datetime | None = None) -> Row:
    return Row(name, Scope.SUBDOMAINS, until)


def exact(name: str, until: datetime | None = None) -> Row:
    return Row(name, Scope.EXACT, until)


def test_an_expired_row_is_dropped_at_its_very_second() -> None:
    block_list = compiled(whole("over.test", NOW), whole("valid.test", NOW + timedelta(seconds=1)))
    assert block_list.entries == {Listed("valid.test", Scope.SUBDOMAINS)}
    assert block_list.dropped.expired == 1


def test_a_child_of_a_blocked_domain_is_dropped_and_a_child_of_an_exact_host_is_kept() -> None:
    block_list = compiled(
        whole("wild.test"),
        exact("deep.a.b.wild.test"),
        whole("sub.wild.test"),
        exact("host.test"),
        exact("a.host.test"),
    )
    assert {entry.name for entry in block_list.entries} == {"wild.test", "host.test", "a.host.test"}
    assert block_list.dropped.covered == 2


def test_a_whole_domain_swallows_the_exact_entry_of_the_same_name() -> None:
    assert compiled(exact("both.test"), whole("both.test")).entries == {Listed("both.test", Scope.SUBDOMAINS)}


def test_an_allowed_name_is_taken_out() -> None:
    block_list = compiled(whole("allowed.test"), exact("other.test"), allow=frozenset({"allowed.test"}))
    assert block_list.entries == {Listed("other.test", Scope.EXACT)}
    assert (block_list.dropped.allowed, block_list.conflicts) == (1, ())


def test_a_whole_domain_above_an_allowed_name_is_refused_and_told() -> None:
    rows = (whole("b.test"), whole("a.b.test"), exact("b.test"), exact("z.test"))
    block_list = compiled(*rows, allow=frozenset({"www.a.b.test"}))
    assert block_list.conflicts == ("a.b.test", "b.test")
    assert not Coverage(block_list.entries).blocks("www.a.b.test")
    assert Coverage(block_list.entries).blocks("b.test")


def test_a_name_that_does_not_fit_below_the_zone_is_left_out() -> None:
    label = "a" * 60
    long = ".".join([label, label, label, "x" * 60])
    block_list = compiled(whole(long), exact("short.test"))
    assert block_list.dropped.too_long == 1
    assert [entry.name for entry in block_list.entries] == ["short.test"]


def test_the_version_is_of_names_and_policy_and_not_of_dates() -> None:
    first = compiled(whole("a.test", NOW + timedelta(days=1)))
    assert first.version == compiled(whole("a.test", NOW + timedelta(days=90))).version
    assert first.version != compiled(exact("a.test")).version
    page = Policy(action=Action.PAGE, ipv4=IPv4Address("192.0.2.80"))
    assert first.version != compiled(whole("a.test"), policy=page).version
    assert first.version == list_version(first.entries, policy=Policy())


def test_the_version_of_a_known_list_never_changes() -> None:
    """Versions stand in journals and on the hub: another hash for the same list would be another list."""
    block_list = compiled(whole("bad.test"), exact("host.example"))
    assert block_list.version == "279b43754926f0b04b46e828c7f8b7e29bc57cb30279b1f4ccd590dc75b2e3cb"


labels = st.sampled_from(["a", "b", "c", "wild", "deep"])
rows = st.lists(
    st.builds(
        Row,
        st.lists(labels, min_size=1, max_size=5).map(lambda parts: ".".join([*parts, "test"])),
        st.sampled_from(Scope),
        st.none() | st.just(NOW - timedelta(days=1)) | st.just(NOW + timedelta(days=1)),
    ),
    max_size=40,
)


@given(rows, st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_give_the_same_list(given_rows: list[Row], chance: random.Random) -> None:
    shuffled = [*given_rows, *given_rows]
    chance.shuffle(shuffled)
    assert compiled(*given_rows).entries == compiled(*shuffled).entries
    assert compiled(*given_rows).version == compiled(*shuffled).version


@given(rows)
def test_compiling_neither_blocks_more_nor_less_than_the_rows_that_are_valid(given_rows: list[Row]) -> None:
    valid = Coverage(Listed(row.name, row.scope) for row in given_rows if row.until is None or row.until > NOW)
    after = Coverage(compiled(*given_rows).entries)
    for row in given_rows:
        for name in (row.name, f"x.{row.name}", f"x.y.{row.name}", row.name.partition(".")[2]):
            assert after.blocks(name) == valid.blocks(name)


@given(rows)
def test_no_entry_lies_below_a_blocked_ancestor(given_rows: list[Row]) -> None:
    entries = compiled(*given_rows).entries
    for entry in entries:
        assert Coverage(set(entries) - {entry}).tree_above(entry.name) is None


@given(
    rows,
    st.frozensets(st.lists(labels, min_size=1, max_size=4).map(lambda parts: ".".join([*parts, "test"])), max_size=4),
)
def test_an_allowed_name_is_never_blocked(given_rows: list[Row], allow: frozenset[str]) -> None:
    coverage = Coverage(compiled(*given_rows, allow=allow).entries)
    assert not any(coverage.blocks(name) for name in allow)
