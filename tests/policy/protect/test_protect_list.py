"""Which entries touch a protected name."""

from __future__ import annotations

import dataclasses
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.protect import (
    BrokenProtectList,
    Position,
    ProtectedName,
    ProtectList,
    ProtectMode,
    ProtectReason,
)
from skyddsnat.policy.vocabulary import Scope
from tests.figures import figure

EXACT, SUBDOMAINS = Scope.EXACT, Scope.SUBDOMAINS
PROTECT = ProtectList.build(
    members_own=["Alfa.test", "räk.test", "kund.portal.test", "github.io", "blogg.se"],
    extra=["dns.beta.test", ProtectedName("home.beta.test", ProtectReason.MEMBER_OWN, ProtectMode.WARN, tenants=True)],
)


def why(value: str, scope: Scope) -> tuple[ProtectReason, Position, str] | None:
    found = PROTECT.check(value, scope=scope)
    return None if found is None else (found.reason, found.position, found.name)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize(
    "suffix", ["se", "test", "co.uk", "gov.uk", "pp.se", "github.io", "blogspot.com", "s3.amazonaws.com"]
)
def test_a_public_suffix_of_either_section_is_stopped(suffix: str, scope: Scope) -> None:
    assert why(suffix, scope) == (ProtectReason.PUBLIC_SUFFIX, Position.SAME, suffix)


@pytest.mark.parametrize("value", ["core.windows.net", "compute.amazonaws.com"])
def test_a_whole_domain_that_holds_a_public_suffix_is_stopped(value: str) -> None:
    found = PROTECT.check(value, scope=SUBDOMAINS)
    assert found is not None
    assert found.mode is ProtectMode.STOP


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("google.com", ProtectReason.POPULAR),
        ("svt.se", ProtectReason.POPULAR),
        ("bris.se", ProtectReason.POPULAR),
        ("ecpat.se", ProtectReason.POPULAR),
        ("polisen.se", ProtectReason.POPULAR),
        ("1177.se", ProtectReason.POPULAR),
        ("lencr.org", ProtectReason.INFRASTRUCTURE),
        ("wordpress.com", ProtectReason.SHARED_PLATFORM),
        ("amazonaws.com", ProtectReason.SHARED_PLATFORM),
        ("imgur.com", ProtectReason.SHARED_PLATFORM),
        ("alfa.test", ProtectReason.MEMBER_OWN),
        ("xn--rk-via.test", ProtectReason.MEMBER_OWN),
    ],
)
def test_a_protected_name_itself_is_stopped(name: str, reason: ProtectReason, scope: Scope) -> None:
    assert why(name, scope) == (reason, Position.SAME, name)


def test_a_whole_domain_above_a_protected_name_is_stopped_and_its_host_alone_is_not() -> None:
    assert why("portal.test", SUBDOMAINS) == (ProtectReason.MEMBER_OWN, Position.ABOVE, "kund.portal.test")
    assert why("portal.test", EXACT) is None


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.google.com", "google.com"),
        ("login.google.com", "google.com"),
        ("a.b.c.svt.se", "svt.se"),
        ("mail.alfa.test", "alfa.test"),
        ("r3.o.lencr.org", "lencr.org"),
        ("fonts.googleapis.com", "googleapis.com"),
        ("1.2.0.192.in-addr.arpa", "in-addr.arpa"),
        ("i.imgur.com", "imgur.com"),
        ("ns.dns.beta.test", "dns.beta.test"),
    ],
)
def test_a_host_below_a_protected_name_is_stopped(host: str, name: str, scope: Scope) -> None:
    found = why(host, scope)
    assert found is not None
    assert found[1:] == (Position.BELOW, name)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize(
    "tenant",
    [
        "user.wordpress.com",
        "user.github.io",
        "user.blogspot.com",
        "user.blogg.se",
        "bucket.s3.amazonaws.com",
        "bucket.storage.googleapis.com",
        "account.blob.core.windows.net",
        "x.user.wordpress.com",
        "user.home.beta.test",
        "bad.test",
        "notgoogle.com",
        "google.com.bad.test",
    ],
)
def test_what_belongs_to_somebody_else_may_be_listed(tenant: str, scope: Scope) -> None:
    assert why(tenant, scope) is None


@pytest.mark.parametrize("host", ["www.wordpress.com", "api.tumblr.com", "login.blogg.se", "www.github.io"])
def test_a_platforms_own_host_among_its_tenants_is_stopped(host: str) -> None:
    assert PROTECT.check(host, scope=EXACT) is not None


def test_a_member_that_is_a_platform_keeps_its_tenants_listable() -> None:
    assert why("blogg.se", EXACT) == (ProtectReason.MEMBER_OWN, Position.SAME, "blogg.se")
    assert why("user.blogg.se", EXACT) is None


def test_a_name_can_ask_for_a_second_look_instead_of_a_stop() -> None:
    found = PROTECT.check("home.beta.test", scope=SUBDOMAINS)
    assert found is not None
    assert found.mode is ProtectMode.WARN


def test_above_several_protected_names_a_stop_is_stronger_than_a_warning() -> None:
    warn = ProtectedName("a.zeta.test", ProtectReason.MEMBER_OWN, ProtectMode.WARN)
    stop = ProtectedName("b.zeta.test", ProtectReason.MEMBER_OWN)
    for order in ([warn, stop], [stop, warn]):
        found = ProtectList.build(extra=order).check("zeta.test", scope=SUBDOMAINS)
        assert found is not None
        assert found.mode is ProtectMode.STOP


@pytest.mark.parametrize("value", ["GOOGLE.com", "google.com.", " google.com ", "Www.Google.Com.."])
def test_another_spelling_does_not_slip_through(value: str) -> None:
    assert PROTECT.check(value, scope=EXACT) is not None


@pytest.mark.parametrize("value", ["", ".", "localhost", "*"])
def test_what_is_not_even_a_domain_is_stopped(value: str) -> None:
    assert PROTECT.check(value, scope=EXACT) is not None


def test_a_members_name_that_is_no_domain_is_refused_at_start() -> None:
    with pytest.raises(BrokenProtectList, match="member_own name 2: not a domain name"):
        ProtectList.build(members_own=["alfa.test", "http://beta.test"])


def test_the_list_cannot_be_changed_once_it_is_built() -> None:
    with pytest.raises(TypeError):
        PROTECT.names["bad.test"] = next(iter(PROTECT.names.values()))  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROTECT.names = {}  # type: ignore[misc]


labels = st.lists(st.sampled_from(["a", "b", "www", "x1"]), max_size=4)


@given(st.sampled_from(sorted(PROTECT.names)), st.sampled_from(Scope))
def test_every_protected_name_is_stopped_or_warned_of_in_either_scope(name: str, scope: Scope) -> None:
    assert PROTECT.check(name, scope=scope) is not None


@given(st.sampled_from(sorted(PROTECT.names)))
def test_no_whole_domain_entry_can_cover_a_protected_name(name: str) -> None:
    labels = name.split(".")
    for start in range(1, len(labels)):
        assert PROTECT.check(".".join(labels[start:]), scope=SUBDOMAINS) is not None


@given(labels, st.sampled_from(["google.com", "svt.se", "alfa.test", "lencr.org"]))
def test_no_host_below_a_popular_or_own_name_gets_through(below: list[str], name: str) -> None:
    assert PROTECT.check(".".join([*below, name]), scope=EXACT) is not None


@given(st.text(max_size=40), st.sampled_from(Scope))
def test_the_check_answers_whatever_it_is_asked(value: str, scope: Scope) -> None:
    PROTECT.check(value, scope=scope)


def test_a_hundred_thousand_checks_are_all_right_and_their_time_is_stated() -> None:
    entries = [
        f"n{number}.{zone}" for number in range(20_000) for zone in ("se", "test", "co.uk", "github.io", "google.com")
    ]
    begun = time.process_time()
    stopped = sum(PROTECT.check(entry, scope=SUBDOMAINS) is not None for entry in entries)
    assert stopped == 20_000
    figure("protect.checks", seconds=round(time.process_time() - begun, 2), of=len(entries))


def test_a_check_is_as_many_steps_in_a_long_list_as_in_a_short_one() -> None:
    """Counted in calls of functions, not in seconds: nothing walks the list."""
    few, many = (ProtectList.build(members_own=[f"egen{n}.test" for n in range(count)]) for count in (10, 10_000))
    names = ["a.b.c.d.test", "egen3.test", "djupt.under.egen3.test", "google.com", "okand.github.io"]
    assert [steps(many, name) for name in names] == [steps(few, name) for name in names]


def steps(protect: ProtectList, name: str) -> int:
    """Function calls that one check makes, those into C counted."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    protect.check(name, scope=SUBDOMAINS)  # whatever is remembered between checks is there
    sys.setprofile(count)
    try:
        protect.check(name, scope=SUBDOMAINS)
    finally:
        sys.setprofile(None)
    return calls
