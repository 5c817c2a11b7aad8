"""The coalition's protect list: every member's agent gets every member's own domains, and nobody else gets any."""

from __future__ import annotations

import pytest

from skyddsnat.hub.members.models import MemberDomain


def ask(client, token):
    return client.get("/api/agent/protected", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def domains(cast):
    MemberDomain.objects.all().delete()
    for member, name in (("beta", "beta-operator.test"), ("alfa", "alfa-operator.test")):
        MemberDomain.objects.create(member=cast.members[member], name=name)


def test_an_agent_gets_the_names_of_all_members(client, cast, domains):
    answer = ask(client, cast.token("gamma", "taxii"))
    assert answer.status_code == 200
    assert answer.json() == {"names": ["alfa-operator.test", "beta-operator.test"]}


@pytest.mark.parametrize("scope", ["stats", "shares"])
def test_another_scope_or_no_token_gets_nothing(client, cast, domains, scope):
    for token in (cast.token("alfa", scope), "skn_of_nobody"):
        answer = ask(client, token)
        assert answer.status_code == 401
        assert b"operator.test" not in answer.content
    assert client.post("/api/agent/protected").status_code == 405
