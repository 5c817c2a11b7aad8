"""Machines' tokens: scoped, hashed, expiring, revocable, and worthless once their maker or member is out."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.hub.accounts import services
from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.accounts.tokens import MachineReader, authenticate, read_credentials
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.services import erase_person_details
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import TokenScope
from tests.cast import Cast


def ask(header: str | None, scope: TokenScope = TokenScope.TAXII) -> MachineReader | None:
    headers = {"Authorization": header} if header else None
    return authenticate(RequestFactory().get("/taxii2/", headers=headers), scope)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def made_by_engineer(cast: Cast, member: str = "alfa", **options: object) -> tuple[ApiToken, str]:
    engineer = cast.person(member, "engineer")
    facts = {"label": "agenten", "scopes": [TokenScope.TAXII]} | options
    return services.issue_token(Actor.of(engineer), cast.members[member], **facts)  # type: ignore[arg-type]


def test_a_good_token_opens_by_basic_and_by_bearer(cast: Cast) -> None:
    token, plain = made_by_engineer(cast)
    circles = frozenset({cast.circle.pk, cast.leads.pk})
    expected = MachineReader("alfa", token.pk, circles, frozenset({TokenScope.TAXII}))
    assert ask(f"Bearer {plain}") == expected
    assert ask(basic("alfa", plain)) == expected
    assert ask(f"bearer   {plain}") == expected


def test_the_secret_is_nowhere_in_the_database_or_the_log(cast: Cast) -> None:
    token, plain = made_by_engineer(cast)
    secret = plain.split("_", 2)[2]
    assert len(base64.urlsafe_b64decode(secret + "=")) * 8 == 256
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values().get())
    assert secret not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("scope", list(TokenScope))
def test_a_token_opens_its_own_scope_and_no_other(cast: Cast, scope: TokenScope) -> None:
    _, plain = made_by_engineer(cast, scopes=[scope])
    for asked in TokenScope:
        assert (ask(f"Bearer {plain}", asked) is not None) == (asked is scope)


def test_another_members_name_with_a_good_token_is_refused(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    assert ask(basic("beta", plain)) is None
    assert ask(basic("", plain)) is None


def test_a_changed_secret_is_refused(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    last = "A" if plain[-1] != "A" else "B"
    assert ask(f"Bearer {plain[:-1]}{last}") is None
    _, other = made_by_engineer(cast, "beta")
    head, tail = plain.split("_")[1], other.split("_", 2)[2]
    assert ask(f"Bearer skn_{head}_{tail}") is None


def test_an_expired_token_is_refused(cast: Cast) -> None:
    token, plain = made_by_engineer(cast, days=1)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert ask(f"Bearer {plain}") is None


def test_a_revoked_token_is_refused_at_once(cast: Cast) -> None:
    token, plain = made_by_engineer(cast)
    services.revoke_token(Actor.of(cast.person("alfa", "engineer")), token)
    assert ask(f"Bearer {plain}") is None
    assert Entry.objects.filter(action="token.revoked", object_id=token.pk).count() == 1


def test_a_token_dies_with_its_makers_access_and_does_not_come_back(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    engineer = cast.person("alfa", "engineer")
    services.close_access(Actor.of(cast.person("solros", "coordinator")), engineer)
    assert ask(f"Bearer {plain}") is None
    members.reactivate_person(HUB, engineer)
    assert ask(f"Bearer {plain}") is None


def test_a_token_whose_maker_is_merely_inactive_is_refused(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    members.deactivate_person(HUB, cast.person("alfa", "engineer"))
    assert ask(f"Bearer {plain}") is None


def test_a_token_whose_maker_has_lost_every_second_factor_is_refused(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    engineer = cast.person("alfa", "engineer")
    Authenticator.objects.filter(user=engineer).delete()
    Authenticator.objects.create(
        user=engineer, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "", "used_mask": 0}
    )
    assert ask(f"Bearer {plain}") is None


def test_a_token_dies_when_its_member_leaves(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    members.leave_coalition(HUB, cast.alfa)
    assert ask(f"Bearer {plain}") is None


def test_a_deleted_maker_takes_the_tokens_along(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    maker = cast.person("alfa", "engineer")
    erase_person_details(HUB, maker.pk, of="alfa")  # the log holds on to whom it names
    maker.delete()
    assert ask(f"Bearer {plain}") is None


def test_a_token_from_set_up_works_without_a_maker(cast: Cast) -> None:
    assert ask(f"Bearer {cast.token('beta', 'taxii')}") is not None


@pytest.mark.parametrize(("member", "role"), [("alfa", "analyst"), ("beta", "engineer"), ("solros", "coordinator")])
def test_only_the_members_own_engineer_makes_or_revokes_its_tokens(cast: Cast, member: str, role: str) -> None:
    token, plain = made_by_engineer(cast)
    who = Actor.of(cast.person(member, role))
    with pytest.raises(PolicyRefusal, match="not_own_engineer"):
        services.issue_token(who, cast.alfa, label="x", scopes=["taxii"])
    with pytest.raises(PolicyRefusal, match="not_own_engineer"):
        services.revoke_token(who, token)
    assert ask(f"Bearer {plain}") is not None


@pytest.mark.parametrize(
    ("options", "code"), [({"scopes": []}, "no_scope"), ({"days": 0}, "bad_days"), ({"days": 367}, "bad_days")]
)
def test_a_token_needs_a_scope_and_an_end(cast: Cast, options: dict[str, object], code: str) -> None:
    with pytest.raises(PolicyRefusal, match=code):
        made_by_engineer(cast, **options)


def test_use_is_noted_once_a_minute_and_not_at_each_poll(cast: Cast) -> None:
    token, plain = made_by_engineer(cast)
    ask(f"Bearer {plain}")
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(f"Bearer {plain}")
    assert not [query for query in queries if query["sql"].startswith("UPDATE")]
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(minutes=2))
    ask(f"Bearer {plain}")
    assert ApiToken.objects.get(pk=token.pk).last_used_at >= first


def test_an_agent_that_polls_costs_two_queries(cast: Cast) -> None:
    _, plain = made_by_engineer(cast)
    ask(f"Bearer {plain}")
    with CaptureQueriesContext(connection) as queries:
        ask(f"Bearer {plain}")
    assert len(queries) == 2


def test_a_refusal_says_nothing_secret_in_the_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    _, plain = made_by_engineer(cast)
    ask(f"Bearer {plain}", TokenScope.SHARES)
    assert "refused" in caplog.text
    assert plain not in caplog.text
    assert plain.split("_", 2)[2] not in caplog.text


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic",
        "Basic !!!",
        "Basic YQ==",
        "Digest x",
        "Bearer skn_short_x",
        "Basic " + "A" * 5000,
    ],
)
def test_what_is_no_token_is_no_credential(header: str) -> None:
    assert read_credentials(header) is None


@given(st.text(max_size=200))
def test_no_header_makes_the_parser_fall(header: str) -> None:
    assert read_credentials(header) is None
    assert read_credentials("Basic " + base64.b64encode(header.encode("utf-8", "replace")).decode()) is None
