"""Uses of tokens are written at once where few come, and together where many do."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.accounts.uses import WRITES_A_SECOND, Uses
from tests.cast import Cast
from tests.hub.accounts.test_tokens import made_by_engineer

pytestmark = pytest.mark.django_db


class Clock:
    """Seconds that the story moves."""

    at = 1_000.0

    def __call__(self) -> float:
        return self.at


def test_a_crowd_of_first_uses_is_written_in_few_writes_and_none_is_forgotten(cast: Cast) -> None:
    tokens = [made_by_engineer(cast)[0] for _ in range(WRITES_A_SECOND + 20)]
    clock, now = Clock(), timezone.now()
    uses = Uses(clock)
    with CaptureQueriesContext(connection) as written:
        for token in tokens:
            uses.note(token.pk, last=None, now=now)
    assert len(written) == WRITES_A_SECOND
    assert ApiToken.objects.filter(last_used_at=None, pk__in=[token.pk for token in tokens]).count() == 20
    clock.at += 1
    with CaptureQueriesContext(connection) as written:
        uses.note(tokens[0].pk, last=None, now=now)
    assert len(written) == 1
    assert not ApiToken.objects.filter(last_used_at=None, pk__in=[token.pk for token in tokens]).exists()


def test_what_was_noted_within_the_minute_is_not_written_again(cast: Cast) -> None:
    token, now = made_by_engineer(cast)[0], timezone.now()
    uses = Uses(Clock())
    with CaptureQueriesContext(connection) as written:
        uses.note(token.pk, last=now, now=now)
    assert len(written) == 0
