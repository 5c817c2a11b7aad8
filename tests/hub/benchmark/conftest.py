"""A stage for rounds: five operators with benchmark leads, three organisations that compute, and what each of them signs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.utils import timezone

from skyddsnat.hub.adding import add_row, new_row
from skyddsnat.hub.benchmark import services
from skyddsnat.hub.benchmark.models import BenchmarkKey, PeerGroup, Round
from skyddsnat.hub.benchmark.services import Draft
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.policy.benchmark.disclosure import NOTHING
from skyddsnat.policy.vocabulary import MemberKind, Role
from skyddsnat.protocols.benchmark import envelope, release, signing
from skyddsnat.protocols.benchmark.envelope import Envelope, SignedEnvelope
from skyddsnat.protocols.benchmark.field import P
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.statement import Kind, SignedStatement, Statement
from tests.cast import OPERATORS, Cast, enrol_totp

PARTIES = ("solros", "zonen", "akademin")
GREEN = ("MET-LST-01", "MET-BLK-05")
PROGRAM = "0.1.0+" + "a" * 64


def seed(*words: object) -> bytes:
    """Thirty-two bytes that are the same each time."""
    return hashlib.sha256(" ".join(map(str, words)).encode()).digest()


def signer(who: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed("sign", who))


def opening(who: str, what: str = "open") -> str:
    return X25519PrivateKey.from_private_bytes(seed(what, who)).public_key().public_bytes_raw().hex()


def certificate(index: int) -> str:
    """A self-signed one, as a party makes for a round."""
    key = Ed25519PrivateKey.from_private_bytes(seed("tls", index))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"MPyC party {index}")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(index + 1).not_valid_before(day).not_valid_after(day + timedelta(days=3650))
    return made.sign(key, None).public_bytes(Encoding.PEM).decode()  # Ed25519 hashes by itself


@dataclass
class Bench:
    """The stage.  now: the clock of every act, moved on by hand."""

    cast: Cast
    group: PeerGroup
    leads: dict[str, Person]
    now: datetime
    spare: list[Person] = field(default_factory=list)

    # ---- people

    @property
    def coordinator(self) -> Actor:
        return Actor.of(self.cast.person("solros", "coordinator"))

    @property
    def counsel(self) -> Person:
        return self.cast.person("solros", "auditor")

    # ---- a round on its way

    def draft(self, **changes: Any) -> Draft:
        facts: dict[str, Any] = {
            "title_sv": "Första omgången",
            "title_en": "The first round",
            "group": self.group,
            "first_day": self.now.date() - timedelta(days=190),
            "last_day": self.now.date() - timedelta(days=100),
            "deadline": self.now + timedelta(days=14),
            "parties": [self.cast.members[one] for one in PARTIES],
            "metrics": GREEN,
        }
        return Draft(**facts | changes)

    def planned(self, pk: str = "2026-q3", **changes: Any) -> Round:
        return services.plan_round(self.coordinator, pk, self.draft(**changes), now=self.now)

    def frozen(self, pk: str = "2026-q3", **changes: Any) -> Round:
        self.planned(pk, **changes)
        return services.freeze(self.coordinator, pk, now=self.now)

    def approved(self, pk: str = "2026-q3", **changes: Any) -> Round:
        round_ = self.frozen(pk, **changes)
        for index in range(3):
            self.say(round_, index, Kind.APPROVAL)
        return self.again(round_)

    def opened(self, pk: str = "2026-q3", **changes: Any) -> Round:
        round_ = self.approved(pk, **changes)
        return services.open_round(self.coordinator, round_.pk, now=self.now)

    def closed(self, pk: str = "2026-q3", *, members: Iterable[str] = OPERATORS, **changes: Any) -> Round:
        round_ = self.opened(pk, **changes)
        for one in members:
            self.hand_in(round_, one)
        self.now = round_.deadline
        services.tend(self.now)
        return self.again(round_)

    def computing(self, pk: str = "2026-q3", **changes: Any) -> Round:
        round_ = self.closed(pk, **changes)
        self.all_say(round_, Kind.ROOT)
        self.now += timedelta(seconds=round_.objection_seconds)
        self.all_say(round_, Kind.RUN)
        return self.again(round_)

    def released(self, pk: str = "2026-q3", **changes: Any) -> Round:
        round_ = self.computing(pk, **changes)
        for kind in (Kind.VERDICT, Kind.POSITIONS, Kind.OUTPUT):
            self.all_say(round_, kind)
        return self.again(round_)

    def again(self, round_: Round) -> Round:
        found: Round = Round.objects.get(pk=round_.pk)
        return found

    # ---- members

    def wire(self, round_: Round, member: str, *, seq: int = 1, **changes: Any) -> dict[str, Any]:
        """A submission as it is posted.  The ciphertexts are as long as real ones, and nothing is in them."""
        size = envelope.ciphertext_size(round_.specification)
        sealed = tuple((seed(member, seq, party) * (size // 32 + 1))[:size] for party in range(3))
        facts = {"round": round_.pk, "spec": round_.spec_sha256, "member": member, "seq": seq}
        inner = Envelope(**facts | changes, sealed=tuple(hashlib.sha256(raw).hexdigest() for raw in sealed))  # type: ignore[arg-type]
        return dict(envelope.wire(envelope.sign(inner, signer(member)), sealed))  # type: ignore[arg-type]

    def hand_in(self, round_: Round, member: str, *, seq: int = 1) -> dict[str, Any]:
        actor = Actor.of(self.leads[member])
        return services.hand_in(actor, round_.pk, self.wire(round_, member, seq=seq), now=self.now).answer

    def waiting_key(self, member: str) -> BenchmarkKey:
        """A further key of the member, which a colleague has still to confirm."""
        return services.register_key(
            self.leads[member],
            use=BenchmarkKey.Use.MEMBER,
            signing_key=public_hex(signer(f"{member} next")),
            opening_key=opening(f"{member} next"),
            now=self.now,
        )

    # ---- parties

    def said(self, round_: Round, index: int, kind: Kind, **changes: Any) -> SignedStatement:
        """A signed statement with a body that fits, or with parts of it changed."""
        body = BODIES[kind](self, round_, index) | changes
        told = Statement(kind=kind, round=round_.pk, spec=round_.spec_sha256, party=index, body=body)
        return SignedStatement(told, signing.sign(signing.STATEMENT, told.document(), signer(PARTIES[index])))

    def say(self, round_: Round, index: int, kind: Kind, **changes: Any) -> None:
        self.bring(round_, index, self.said(round_, index, kind, **changes).document())

    def bring(self, round_: Round, index: int, document: object) -> None:
        """Post a statement with the token of the party in this place."""
        actor = Actor(member_id=PARTIES[index], token_id="t" * 12)
        services.take_statement(actor, round_.pk, document, now=self.now)

    def all_say(self, round_: Round, kind: Kind) -> None:
        for index in range(3):
            self.say(round_, index, kind)

    def listed(self, round_: Round) -> list[SignedEnvelope]:
        from skyddsnat.hub.benchmark.queries.submissions import latest_envelopes

        return latest_envelopes(round_)

    def outputs(self, round_: Round, index: int) -> dict[str, str]:
        """Shares on a line for every name that the rules allow: five present of five owners, released, the middle code."""
        spec = round_.specification
        accepted = [one.envelope.member for one in self.listed(round_)]
        opened: dict[str, str] = {}
        for item in spec.items:
            n = len(accepted)
            allowed = release.plan_of(spec, item, members=n, groups=n, accepted=accepted)
            values = {"members": n, "groups": n, "released": 1, "measured": 0}
            for name in release.names(item, allowed, released=allowed is not NOTHING):
                value = values.get(name.rpartition("/")[2], 1)
                slope = int.from_bytes(seed(name), "big") % P
                opened[name] = str((value + slope * (index + 1)) % P)
        return opened


def _approval(bench: Bench, round_: Round, index: int) -> dict[str, Any]:
    return {
        "round_key": opening(f"{round_.pk} {index}", "round"),
        "certificate": certificate(index),
        "address": f"127.0.0.1:{4000 + index}",
        "program": PROGRAM,
    }


def _root(bench: Bench, round_: Round, index: int) -> dict[str, Any]:
    root, size = envelope.root(bench.listed(round_))
    return {"root": root, "size": size}


def _run(bench: Bench, round_: Round, index: int) -> dict[str, Any]:
    return {"root": _root(bench, round_, index)["root"]}


def _verdict(bench: Bench, round_: Round, index: int) -> dict[str, Any]:
    return {"accepted": [one.envelope.member for one in bench.listed(round_)], "rejected": []}


def _output(bench: Bench, round_: Round, index: int) -> dict[str, Any]:
    return {"opened": bench.outputs(round_, index)}


def _positions(bench: Bench, round_: Round, index: int) -> dict[str, Any]:
    return {"sealed": {one.envelope.member: "A" * 96 + "==" for one in bench.listed(round_)}}


BODIES: dict[Kind, Callable[[Bench, Round, int], dict[str, Any]]] = {
    Kind.APPROVAL: _approval,
    Kind.ROOT: _root,
    Kind.RUN: _run,
    Kind.VERDICT: _verdict,
    Kind.OUTPUT: _output,
    Kind.POSITIONS: _positions,
    Kind.ABORTED: lambda bench, round_, index: {"code": "party_unavailable", "detail": {}},
    Kind.DESTROYED: lambda bench, round_, index: {"what": ["round_key", "sealed", "shares"]},
}


def plan_form(bench: Bench) -> dict[str, Any]:
    """The planner's form, filled in."""
    draft = bench.draft(metrics=["MET-LEA-01"])
    parties = {f"party_{index}": party.pk for index, party in enumerate(draft.parties)}
    return parties | {
        "title_sv": "Ny",
        "title_en": "New",
        "group": bench.group.pk,
        "first_day": draft.first_day.isoformat(),
        "last_day": draft.last_day.isoformat(),
        "deadline": f"{draft.deadline + timedelta(days=30):%Y-%m-%dT%H:%M}",
        "objection_seconds": "86400",
        "metrics": ["MET-LEA-01"],
    }


def add_person(member: Member, role: Role, *, email: str = "") -> Person:
    """Someone new at the member, with a second factor."""
    made = new_row(
        Person,
        email=email or f"{role.value}@{member.pk}.test",
        name=f"{member.name} {role.value.capitalize()}",
        member_id=member.pk,
        roles=[role.value],
    )
    made.member = member
    add_row(made)
    enrol_totp(made)
    return made


def give_key(member: Member, use: str, first: Person, second: Person, *, now: datetime) -> BenchmarkKey:
    """Registered by the first, confirmed by the second."""
    made = services.register_key(
        first,
        use=BenchmarkKey.Use(use),
        signing_key=public_hex(signer(member.pk)),
        opening_key=opening(member.pk),
        now=now,
    )
    return services.confirm_key(second, made.pk, now=now)


def make_bench(cast: Cast) -> Bench:
    """Five operators with keys, three parties with theirs, one peer group."""
    now = timezone.now().replace(microsecond=0)
    cast.members["akademin"] = Member.objects.create(
        id="akademin", name="Akademin", kind=MemberKind.RESEARCH.value, control_group="akademin", joined_at=now
    )
    cast.people["akademin", "engineer"] = add_person(cast.members["akademin"], Role.ENGINEER)
    cast.people["akademin", "auditor"] = add_person(cast.members["akademin"], Role.AUDITOR)
    leads = {}
    for name in OPERATORS:
        leads[name] = cast.people[name, "benchmark_lead"] = add_person(cast.members[name], Role.BENCHMARK_LEAD)
        give_key(cast.members[name], "member", leads[name], cast.person(name, "engineer"), now=now)
    seconds = {"solros": ("solros", "coordinator"), "akademin": ("akademin", "auditor")}
    for name in PARTIES:
        if name not in seconds:
            cast.people[name, "benchmark_lead"] = add_person(cast.members[name], Role.BENCHMARK_LEAD)
        second = cast.people[seconds.get(name, (name, "benchmark_lead"))]
        give_key(cast.members[name], "party", cast.person(name, "engineer"), second, now=now)
    group = services.create_group(
        Actor.of(cast.person("solros", "coordinator")),
        id="svenska-operatorer",
        name="Svenska operatörer",
        members=[cast.members[name] for name in OPERATORS],
        now=now,
    )
    return Bench(cast, group, leads, now)


@pytest.fixture
def bench(cast: Cast) -> Bench:
    """The stage."""
    return make_bench(cast)
