"""The guards that stand between a list and an operator's resolvers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.agent_guards import (
    FEED_REASONS,
    FeedFacts,
    Limits,
    ListFacts,
    Reason,
    Recent,
    SetFacts,
    Verdict,
    difference,
    effective_ceiling,
    judge,
    judge_feed,
)
from skyddsnat.policy.coverage import Coverage, Listed
from skyddsnat.policy.entries import still_covered
from skyddsnat.policy.protect import ProtectList
from skyddsnat.policy.vocabulary import Ceiling, Mandate, Scope, State

NOW = datetime(2026, 11, 24, 15, 8, 9, tzinfo=UTC)
PROTECT = ProtectList.build(members_own=["alfa-operator.test"], extra=["www.lawful.test"])
SET = SetFacts(3, "a" * 64, "c" * 64)
HEAD = FeedFacts(signed=True, time=NOW, position=7, said=SET, held=SET)


def exact(*names: str) -> frozenset[Listed]:
    return frozenset(Listed(name, Scope.EXACT) for name in names)


def whole(*names: str) -> frozenset[Listed]:
    return frozenset(Listed(name, Scope.SUBDOMAINS) for name in names)


def numbered(count: int, prefix: str = "bad") -> frozenset[Listed]:
    return whole(*(f"{prefix}{number}.test" for number in range(count)))


def verdict_on(
    before: frozenset[Listed], after: frozenset[Listed], *, recent: Recent | None = None, limits: Limits | None = None
) -> Verdict:
    return judge(
        ListFacts(entries=before),
        ListFacts(entries=after),
        heads=[HEAD],
        now=NOW,
        limits=limits or Limits(),
        protect=PROTECT,
        recent=recent,
    )


def test_a_plausible_step_passes() -> None:
    verdict = verdict_on(numbered(100), numbered(120))
    assert verdict.ok
    assert (verdict.added, verdict.removed) == (20, 0)


def test_eight_thousand_names_are_held_also_as_the_first_list() -> None:
    for before in (frozenset(), numbered(300)):
        verdict = verdict_on(before, numbered(8000, "lawful"))
        assert Reason.TOO_MANY_ADDITIONS in verdict.reasons
        assert verdict.approvable


@pytest.mark.parametrize(
    ("size", "added", "held"), [(0, 50, False), (0, 51, True), (2000, 100, False), (2000, 101, True)]
)
def test_additions_pass_up_to_fifty_or_five_per_cent(size: int, added: int, held: bool) -> None:
    verdict = verdict_on(numbered(size), numbered(size) | numbered(added, "new"))
    assert (Reason.TOO_MANY_ADDITIONS in verdict.reasons) is held


@pytest.mark.parametrize(
    ("size", "removed", "held"), [(20, 20, False), (60, 21, True), (200, 40, False), (200, 41, True)]
)
def test_removals_pass_up_to_twenty_or_twenty_per_cent(size: int, removed: int, held: bool) -> None:
    verdict = verdict_on(numbered(size), numbered(size) - numbered(removed))
    assert (Reason.TOO_MANY_REMOVALS in verdict.reasons) is held


def test_a_large_change_cannot_drip_in() -> None:
    step = numbered(40, "new")
    assert verdict_on(numbered(10), numbered(10) | step, recent=Recent(additions=460)).ok
    held = verdict_on(numbered(10), numbered(10) | step, recent=Recent(additions=461))
    assert held.reasons == (Reason.TOO_MANY_IN_A_DAY,)


def test_a_silent_feed_cannot_empty_the_list_a_few_entries_at_a_time() -> None:
    assert verdict_on(numbered(60), numbered(50), recent=Recent(removals=10)).ok
    assert verdict_on(numbered(60), numbered(50), recent=Recent(removals=11)).reasons == (Reason.TOO_MANY_REMOVALS,)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Listed("alfa-operator.test", Scope.EXACT), Reason.PROTECTED_NAME),
        (Listed("www.lawful.test", Scope.EXACT), Reason.PROTECTED_NAME),
        (Listed("lawful.test", Scope.SUBDOMAINS), Reason.PROTECTED_NAME),
        (Listed("wikipedia.org", Scope.SUBDOMAINS), Reason.PROTECTED_NAME),
        (Listed("co.uk", Scope.SUBDOMAINS), Reason.PUBLIC_SUFFIX),
        (Listed("github.io", Scope.EXACT), Reason.PUBLIC_SUFFIX),
        (Listed("test", Scope.SUBDOMAINS), Reason.SHORT_WILDCARD),
    ],
)
def test_a_protected_name_a_suffix_and_a_short_wildcard_are_held(entry: Listed, reason: Reason) -> None:
    assert reason in verdict_on(numbered(5), numbered(5) | {entry}).reasons


def test_an_exact_entry_beside_a_protected_name_is_no_hit() -> None:
    assert verdict_on(numbered(5), numbered(5) | exact("lawful.test")).ok


def test_what_two_people_once_accepted_is_not_asked_again() -> None:
    accepted = numbered(5) | exact("www.lawful.test")
    assert verdict_on(accepted, accepted | numbered(1, "new")).ok


def test_an_unknown_ceiling_an_unreadable_name_and_an_allowed_name_are_held_when_they_grow() -> None:
    before = ListFacts(entries=numbered(5), unknown_ceilings=1)
    for after, reason in (
        (replace(before, unknown_ceilings=2), Reason.UNKNOWN_CEILING),
        (replace(before, unreadable=1), Reason.UNREADABLE_NAME),
        (replace(before, allow_conflicts=1), Reason.ALLOW_CONFLICT),
    ):
        verdict = judge(before, after, heads=[HEAD], now=NOW, limits=Limits(), protect=PROTECT)
        assert verdict.reasons == (reason,)
    assert judge(before, before, heads=[HEAD], now=NOW, limits=Limits(), protect=PROTECT).ok


def test_after_a_rollback_nothing_new_comes_in_and_blocks_can_end() -> None:
    pinned = Recent(pin=Reason.ROLLED_BACK)
    assert verdict_on(numbered(5), numbered(6), recent=pinned).reasons == (Reason.ROLLED_BACK,)
    assert verdict_on(numbered(5), numbered(4), recent=pinned).ok


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (replace(HEAD, signed=False), Reason.BAD_SIGNATURE),
        (replace(HEAD, time=NOW - timedelta(hours=1, seconds=1)), Reason.STALE_HEAD),
        (replace(HEAD, time=NOW + timedelta(minutes=6)), Reason.HEAD_FROM_FUTURE),
        (replace(HEAD, seen_position=8), Reason.OLDER_HEAD),
        (replace(HEAD, seen_time=NOW + timedelta(seconds=1)), Reason.OLDER_HEAD),
        (replace(HEAD, held=replace(SET, count=4)), Reason.COUNT_MISMATCH),
        (replace(HEAD, held=replace(SET, sha256="b" * 64)), Reason.DIGEST_MISMATCH),
    ],
)
def test_a_feed_that_is_not_authentic_fresh_and_complete_is_not_taken(head: FeedFacts, reason: Reason) -> None:
    assert judge_feed(head, now=NOW, limits=Limits()) == (reason,)
    verdict = judge(
        ListFacts(), ListFacts(entries=numbered(1)), heads=[HEAD, head], now=NOW, limits=Limits(), protect=PROTECT
    )
    assert verdict.reasons == (reason,)
    assert not verdict.approvable


def test_a_good_feed_is_taken() -> None:
    assert judge_feed(HEAD, now=NOW, limits=Limits()) == ()


def test_an_unsigned_head_says_nothing_else() -> None:
    unsigned = replace(HEAD, signed=False, time=NOW - timedelta(days=9), seen_position=99)
    assert judge_feed(unsigned, now=NOW, limits=Limits()) == (Reason.BAD_SIGNATURE,)


def test_a_whole_domain_that_takes_its_children_in_is_one_addition_and_no_removal() -> None:
    children = exact(*(f"host{number}.bad.test" for number in range(30)))
    assert difference(children, whole("bad.test")) == (whole("bad.test"), frozenset())
    assert difference(whole("bad.test"), children) == (frozenset(), whole("bad.test"))


def test_endings_keep_what_the_new_list_covers_in_another_way() -> None:
    before = exact("a.bad.test") | whole("gone.test", "narrowed.test", "same.test")
    wanted = whole("bad.test", "same.test") | exact("narrowed.test")
    assert still_covered(before, wanted) == exact("a.bad.test", "narrowed.test") | whole("same.test")


@dataclass(frozen=True)
class Words:
    ceiling: object = "block"
    state: object = "verified"
    origin: object = "police"

    @property
    def effective(self) -> Ceiling:
        return effective_ceiling(ceiling=self.ceiling, state=self.state, origin=self.origin)


@pytest.mark.parametrize(
    ("words", "ceiling"),
    [
        (Words(), Ceiling.BLOCK),
        (Words(origin="hotline"), Ceiling.BLOCK),
        (Words(state="disputed"), Ceiling.BLOCK),
        (Words(state="disputed", ceiling="inform"), Ceiling.INFORM),
        (Words(ceiling="observe"), Ceiling.OBSERVE),
        (Words(state="corroborated"), Ceiling.INFORM),
        (Words(state="submitted"), Ceiling.NONE),
        (Words(state="rejected"), Ceiling.NONE),
        (Words(state="certain"), Ceiling.NONE),
        (Words(state=None), Ceiling.NONE),
        (Words(ceiling="obliterate"), Ceiling.NONE),
        (Words(ceiling=3), Ceiling.NONE),
        (Words(origin="somebody"), Ceiling.INFORM),
        (Words(origin=None), Ceiling.INFORM),
    ],
)
def test_the_agent_never_does_more_than_state_and_origin_can_carry(words: Words, ceiling: Ceiling) -> None:
    assert words.effective is ceiling


@given(st.one_of(st.text(), st.none(), st.integers()), st.one_of(st.text(), st.none()), st.one_of(st.text(), st.none()))
def test_words_from_outside_never_block_unless_they_are_the_known_ones(
    ceiling: object, state: object, origin: object
) -> None:
    known = ceiling == "block" and state in {State.VERIFIED, State.DISPUTED} and origin in set(Mandate)
    assert (effective_ceiling(ceiling=ceiling, state=state, origin=origin) is Ceiling.BLOCK) == known


names = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(".".join)
lists = st.frozensets(st.builds(Listed, names, st.sampled_from(Scope)), max_size=12)


@given(lists, lists)
def test_the_difference_is_exactly_what_a_client_would_notice(
    before: frozenset[Listed], after: frozenset[Listed]
) -> None:
    new, gone = difference(before, after)
    was, will = Coverage(before), Coverage(after)
    assert all(will.covers(entry) and not was.covers(entry) for entry in new)
    assert all(was.covers(entry) and not will.covers(entry) for entry in gone)
    if not new and not gone:
        for name in ("a", "b.a", "c.b.a", "a.a.a.a", "x.c.b.a", "x.a"):
            assert was.blocks(name) == will.blocks(name)


@given(lists, lists)
def test_endings_alone_never_block_anything_new_and_never_keep_what_ended(
    before: frozenset[Listed], wanted: frozenset[Listed]
) -> None:
    stays = still_covered(before, wanted)
    now, was, will = Coverage(stays), Coverage(before), Coverage(wanted)
    for name in ("a", "b", "b.a", "c.b.a", "a.a.a.a", "x.c.b.a", "x.a", "x.b"):
        assert now.blocks(name) <= (was.blocks(name) and will.blocks(name))


@given(st.sets(st.sampled_from(sorted(Reason)), min_size=1))
def test_no_person_can_approve_a_feed_that_is_not_to_be_trusted(reasons: set[Reason]) -> None:
    assert Verdict(reasons=tuple(reasons)).approvable == (not FEED_REASONS & reasons)


def urls(*texts: str) -> frozenset[Listed]:
    return exact(*texts)


def pages(count: int) -> frozenset[Listed]:
    return urls(*(f"https://shared.test/{number}" for number in range(count)))


def test_a_long_list_of_urls_leaves_no_room_for_domains_nor_the_other_way_round() -> None:
    for before, after in (
        (pages(10_000), pages(10_000) | numbered(51)),
        (numbered(10_000), numbered(10_000) | pages(51)),
    ):
        assert Reason.TOO_MANY_ADDITIONS in verdict_on(before, after).reasons
    assert Reason.TOO_MANY_REMOVALS in verdict_on(numbered(50) | pages(10_000), pages(10_000)).reasons


def test_a_page_on_a_shared_platform_passes_and_its_front_page_does_not() -> None:
    assert verdict_on(frozenset(), urls("https://www.lawful.test/bad?x=1")).ok
    for front in ("https://www.lawful.test/", "http://alfa-operator.test/"):
        assert verdict_on(frozenset(), urls(front)).reasons == (Reason.PROTECTED_NAME,)


def test_no_domain_covers_a_url_and_no_url_a_domain() -> None:
    coverage = Coverage(whole("bad.test") | urls("https://other.test/x.bad.test"))
    assert not coverage.covers(Listed("https://bad.test/x", Scope.EXACT))
    assert not coverage.covers(Listed("https://a.test/x.bad.test", Scope.EXACT))
    assert not coverage.blocks("other.test")
