"""A stolen database, without the keys: no value, no text that people wrote, and nothing that lets anyone in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.db import connection, models
from django.test import Client

from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.accounts.sessions import SessionStore
from skyddsnat.hub.members.actor import HUB
from skyddsnat.hub.members.models import Coalition
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Event, Signal, Submission
from skyddsnat.hub.vault.errors import CannotOpen
from skyddsnat.hub.vault.fields import BlindIndexField, SealedTextField
from skyddsnat.policy.vocabulary import Scope, SignalType
from tests.cast import TOTP_SECRET
from tests.figures import figure
from tests.hub.signals.conftest import Stage
from tests.hub.signals.services.test_values_stay import a_whole_life
from tests.hub.vault.stolen import cells, dump, found_in, loot

pytestmark = pytest.mark.django_db

VALUES = ["plommonkrakel.test", "xn--blbrssnr-5zadk.test", "https://delningsplats.test/sida/7", "solgläntan"]
NOTES = ["Hittad av vår abusegrupp.", "Kund når inte sidan.", "Namnet har bytt ägare enligt registret."]


@pytest.fixture
def stage(cast: Any) -> Stage:
    return Stage(cast)


def play(stage: Stage, client: Client) -> list[str]:
    """A coalition at work; returns all that a thief must not find."""
    cast = stage.cast
    a_whole_life(stage)
    stage.signal("beta", VALUES[1], note="En rad om fyndet i klartext.")
    stage.report("gamma", VALUES[2], type=SignalType.URL)
    stage.report("gamma", VALUES[3], type=SignalType.TERM)
    services.propose_override(
        stage.actor("alfa"), SignalType.DOMAIN, "google.com", scope=Scope.EXACT, reason=NOTES[2], now=stage.now
    )
    services.propose_block_rule(
        stage.actor("solros", "reviewer"), SignalType.URL, reason="Domen gäller hela slaget av adresser.", now=stage.now
    )
    person = cast.person("alfa", "analyst")
    cast.sign_in(client, person)
    session = client.session
    session["mfa.totp.secret"] = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    session.save()
    codes = RecoveryCodes.activate(person)
    link = accounts.invite(HUB, cast.person("beta", "analyst"))
    token = cast.token("alfa", "taxii")
    return [
        *VALUES,
        *NOTES,
        "Domen gäller hela slaget av adresser.",
        "En rad om fyndet i klartext.",
        TOTP_SECRET,
        "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
        *codes.get_unused_codes(),
        client.cookies[settings.SESSION_COOKIE_NAME].value,
        link.rstrip("/").rsplit("/", 1)[-1],
        token.split("_", 2)[-1],  # the secret itself may hold an underscore
        Coalition.objects.get().namespace,
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="what pg_dump writes is PostgreSQL's; SQLite's files are above"
)
def test_a_stolen_dump_of_postgresql_holds_nothing(stage: Stage, client: Client, tmp_path: Path) -> None:
    secrets = play(stage, client)
    kept = connection.settings_dict
    where = {"host": kept["HOST"], "user": kept["USER"], "dbname": kept["NAME"], "port": str(kept["PORT"] or "")}
    url = " ".join(f"{name}='{value}'" for name, value in where.items() if value)
    stolen = dump(url, tmp_path / "hub.sql")
    assert b"Provkoalitionen" in stolen
    assert found_in(stolen, secrets) == []
    figure("vault.stolen_pg_dump", bytes=len(stolen), secrets=len(secrets), hits=0)
    Event.objects.create(
        signal=Signal.objects.all()[0], episode=1, at=stage.now, kind="planted", facts={"at": VALUES[0]}
    )
    assert found_in(dump(url, tmp_path / "hub.sql"), secrets) == [VALUES[0]]


def test_a_thief_finds_nothing_and_a_row_in_the_clear_would_be_found(
    stage: Stage, client: Client, tmp_path: Path
) -> None:
    secrets = play(stage, client)
    assert len(secrets) >= 20
    stolen = loot(tmp_path)
    assert b"Provkoalitionen" in stolen, "the search itself finds what stands there"
    assert found_in(stolen, secrets) == []
    figure(f"vault.stolen_{connection.vendor}", bytes=len(stolen), rows=cells(), secrets=len(secrets), hits=0)
    Event.objects.create(
        signal=Signal.objects.all()[0],
        episode=1,
        at=stage.now,
        kind="planted",
        facts={"note": NOTES[0], "at": VALUES[0]},
    )
    assert set(found_in(loot(tmp_path), secrets)) == {NOTES[0], VALUES[0]}


@pytest.mark.parametrize(
    "disguise", [str.upper, lambda t: t[::-1], lambda t: t.replace(".", "[.]"), lambda t: t.encode().hex()]
)
def test_the_search_sees_through_disguises(disguise: Any) -> None:
    assert found_in(b"x" * 99 + disguise(VALUES[0]).encode() + b"x" * 99, VALUES) == [VALUES[0]]


def test_what_the_session_table_holds_signs_nobody_in(stage: Stage, client: Client) -> None:
    stage.cast.sign_in(client, stage.cast.person("alfa", "analyst"))
    assert client.get("/").status_code == 200
    thief = Client()
    (key,) = SessionStore.get_model_class().objects.values_list("session_key", flat=True)
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert thief.get("/").status_code == 302


def test_a_value_moved_to_another_signal_is_never_shown(
    stage: Stage, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """As someone would who can write to the database and has no keys."""
    mine, other = stage.signal("alfa", "lek-7.test"), stage.signal("alfa", "spel-8.test")
    with connection.cursor() as cursor:
        table, pk = connection.ops.quote_name("signals_signal"), Signal._meta.pk
        sql = f"UPDATE {table} SET value = (SELECT value FROM {table} WHERE id = %s) WHERE id = %s"  # noqa: S608
        cursor.execute(sql, [pk.get_db_prep_value(one.pk, connection) for one in (other, mine)])
    with pytest.raises(CannotOpen):
        stage.again(mine).value  # noqa: B018
    assert f"incident: signals_signal.value of row '{mine.pk}'" in caplog.text
    stage.cast.sign_in(client, stage.cast.person("alfa", "analyst"))
    answer = client.get(f"/signals/{mine.pk}/")
    assert "kan inte öppnas" in answer.content.decode()
    assert b"spel-8" not in answer.content
    assert client.get(f"/signals/{other.pk}/").status_code == 200


def test_a_note_moved_to_another_report_does_not_open(stage: Stage) -> None:
    stage.signal("alfa", "lek-7.test", note="Hittad av vår abusegrupp.")
    stage.signal("beta", "spel-8.test", note="En annan rad.")
    one, two = Submission.objects.order_by("at", "pk")
    Submission.objects.filter(pk=one.pk).update(note=Submission.objects.values_list("note", flat=True).get(pk=two.pk))
    with pytest.raises(CannotOpen):
        Submission.objects.get(pk=one.pk).note  # noqa: B018


IN_THE_CLEAR = {
    "names of organisations, circles and people, read by all in them, ordered and unique": {
        *("members.Coalition.name", "members.Member.id", "members.Member.name", "members.Member.control_group"),
        *("members.Circle.name", "members.Circle.purpose", "members.Person.name", "feed.Collection.title"),
    },
    "how to reach a member and its people: the on-call list and sign-in need it, the log holds commitments": {
        *("members.Member.contact_email", "members.Member.on_call_phone", "members.Person.email"),
        "members.Proposal.facts",  # a proposed person's name and address, cleared when it is decided
    },
    "public: the register of legal bases, a member's own domains, the log's checkpoints": {
        *("members.LegalBasis.activity", "members.LegalBasis.basis", "members.LegalBasis.purpose"),
        *("members.MemberDomain.name", "audit.LogState.origin", "audit.Checkpoint.note"),
        *("audit.Witness.agent", "audit.Witness.key", "audit.Witness.line"),
    },
    "the name of a machine or a filter: what writes it refuses one that the guards stop (a filter's: any value too)": {
        *("accounts.ApiToken.label", "signals.SavedFilter.name"),
    },
    "what a member's machine says of itself: fixed shapes, its own ids and versions, checked where they come in": {
        *("agents.Agent.name", "agents.Agent.version", "agents.Agent.positions", "agents.Agent.list_sha256"),
        *("agents.Agent.resolvers", "agents.Agent.held", "feed.ObjectVersion.stix_id", "feed.ObjectVersion.type"),
        *("feed.ObjectVersion.spec", "feed.Status.document", "signals.Submission.stix_id"),
    },
    "public to all in a round, and signed by those who say it: what may be compared, and what was opened": {
        *("benchmark.Round.title_sv", "benchmark.Round.title_en", "benchmark.Round.metrics", "benchmark.Round.spec"),
        *("benchmark.Round.release", "benchmark.Submission.envelope", "benchmark.Submission.receipt"),
        *("benchmark.Statement.text", "benchmark.TranscriptEntry.text", "benchmark.TranscriptEntry.kind"),
        *("benchmark.TranscriptEntry.by", "benchmark.Statement.kind", "benchmark.SignOff.metric"),
        *("benchmark.BenchmarkKey.signing_key", "benchmark.BenchmarkKey.opening_key"),  # the public halves
        "benchmark.ReceiptKey.key",  # another one
        *("benchmark.PeerGroup.name", "benchmark.PeerGroup.id", "benchmark.Round.id"),
    },
    "a coordinator's line for every reader of the joint statistics, the public among them": {
        *("statistics.Event.note_sv", "statistics.Event.note_en"),
    },
    "sealed in a member's browser with a key that the hub never has": {
        *("maturity.SealedAnswer.sealed", "learning.PlanLine.sealed"),
    },
    "hashes and keyed hashes": {
        *("benchmark.Round.spec_sha256", "benchmark.TranscriptEntry.hash"),
        *("accounts.EntryCode.code_sha256", "accounts.Invitation.secret_sha256", "accounts.Invitation.code_sha256"),
        *("accounts.ApiToken.secret_sha256", "accounts.StoredSession.session_key", "members.Person.password"),
        *("audit.Entry.personal", "signals.FalseStop.seal", "signals.Review.content", "signals.CanaryMet.marker"),
        "lists.ImportRow.digest",
    },
    "fixed words, numbers and ids": {
        *("accounts.ApiToken.id", "accounts.ApiToken.scopes", "audit.Entry.token", "audit.Entry.action"),
        *("audit.Entry.kind", "audit.Entry.object_id", "audit.Entry.facts", "members.Person.roles"),
        *("signals.Signal.techniques", "signals.Signal.origins", "signals.Signal.ended_reason"),
        *("signals.SavedFilter.choices", "signals.Desk.place", "signals.Batch.reason", "signals.Batch.back"),
        *("signals.BatchRow.code", "signals.FalseStop.kinds", "signals.Submission.scope"),
        "signals.FalseStop.shapes",  # a stopped text's findings with every digit as 0 and every letter as a
        *("signals.Submission.ended_as", "signals.Submission.ended_reason", "signals.ProtectOverride.type"),
        *("signals.ProtectOverride.scope", "signals.ProtectOverride.protection", "signals.Review.mandate"),
        *("signals.Review.reason", "signals.Review.checklist", "signals.Event.kind", "signals.Event.facts"),
        *("signals.CanaryMet.channel", "lists.Export.filters", "lists.Import.expected", "lists.Import.became"),
        *("pages.Heartbeat.name", "maturity.SealedAnswer.question", "maturity.Assessment.model_version"),
        *("learning.Willing.item", "bulletins.Practice.measure"),
        *("statistics.Series.metric", "statistics.Series.first_period", "statistics.Panel.first_period"),
        *("statistics.PanelMember.owner", "statistics.Figure.period", "statistics.Revision.warnings"),
        *("statistics.Revision.token", "statistics.Release.period", "statistics.Release.context"),
        *("lists.Import.stopped_by", "lists.ImportRow.type", "lists.ImportRow.code", "lists.ImportRow.warnings"),
    },
}
"""Every column of ours that could hold a text and is neither sealed nor a choice, by the reason why it may."""


def in_the_clear(found: Iterable[type[models.Model]]) -> set[str]:
    """Columns in which a person's own words could stand."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in found
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not isinstance(field, BlindIndexField)
        and not field.choices
    }


def test_no_text_stands_in_the_clear_without_a_reason() -> None:
    ours = in_the_clear(model for model in apps.get_models() if model.__module__.startswith("skyddsnat."))
    decided = set().union(*IN_THE_CLEAR.values())
    assert ours - decided == set(), "seal it, or say why it may stand in the clear"
    assert decided - ours == set(), "no longer there, or sealed by now"


def test_a_short_text_of_peoples_own_does_not_slip_past_the_rule() -> None:
    class Slip(models.Model):
        note = models.CharField(max_length=300)
        mood = models.CharField(max_length=1, choices=[("a", "a")])
        kept = SealedTextField(max_length=30)
        kept_index = BlindIndexField(of="kept")

        class Meta:
            app_label = "lists"
            apps = Apps()

    assert in_the_clear([Slip]) == {"lists.Slip.note"}


def test_a_backup_holds_no_key(tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        return
    from skyddsnat.hub.vault.ring import ring

    loot(tmp_path)
    with sqlite3.connect(tmp_path / "hub.sqlite") as copy:
        names = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
    assert "vault_key" in names
    assert ring().index not in (tmp_path / "hub.sqlite").read_bytes()


def test_authenticators_hold_sealed_secrets_only(stage: Stage) -> None:
    kept = [text for row in Authenticator.objects.all() for text in row.data.values() if isinstance(text, str)]
    assert kept
    assert all(text.startswith("v1.") for text in kept)
