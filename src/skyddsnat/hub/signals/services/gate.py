"""What may enter: normal form, no imagery, no personal data, no protected name.  Nothing is stored before it has passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import CharField, DateTimeField, UUIDField
from django.utils.crypto import salted_hmac

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.members.models import MemberDomain
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.hub.signals.canaries import is_canary, is_canary_form
from skyddsnat.hub.signals.models import FalseStop, ProtectOverride
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.hub.vault.shown import opens
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.false_stops import releasable
from skyddsnat.policy.guards import PersonalDataKind, Severity, find_imagery, find_imagery_in_rows, inspect_text
from skyddsnat.policy.normal_form import NormalForm, front_of, normalise
from skyddsnat.policy.protect import Protection, ProtectList, ProtectMode
from skyddsnat.policy.vocabulary import Scope, SignalType

MOST_TECHNIQUES = 10
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that may enter.  warnings: codes of what the writer should look at once more."""

    draft: SignalDraft
    form: NormalForm
    scope: Scope
    warnings: tuple[str, ...]
    release: str = ""
    """The seal of the release that let its note through, which is used up with it."""


_members_own = Prepared(lambda: MemberDomain.objects.order_by("name").values_list("name"))
_overrides = Prepared(lambda: ProtectOverride.objects.filter(confirmed_at__isnull=False, ended_at=None).order_by())
_released = Prepared(
    lambda: (
        FalseStop.objects.filter(member_id=Slot("member", CharField()), circle_id=Slot("circle", UUIDField()))
        .filter(released=True, used_at=None, lapses_at__gt=Slot("now", DateTimeField()))
        .order_by()
        .values_list("seal")
    )
)


@lru_cache(maxsize=4)
def _protect_list(members_own: tuple[str, ...]) -> ProtectList:
    return ProtectList.build(members_own=members_own)


@lru_cache(maxsize=1)
def known_techniques() -> frozenset[str]:
    """Ids of the catalogue's techniques."""
    return frozenset(load_catalogue().techniques)


@dataclass(frozen=True, slots=True)
class Gate:
    """The protect list with the members' own names and the overrides of today."""

    protect: ProtectList
    overrides: frozenset[tuple[str, str, str]]
    sender: tuple[str, UUID] | None = None
    releases: frozenset[str] = frozenset()

    @classmethod
    def of_today(cls, sender: tuple[str, UUID] | None = None, *, now: datetime | None = None) -> Gate:
        """Read once for each request or batch.  sender: the member and the circle, whose released notes pass until `now`."""
        own = tuple(name for (name,) in _members_own())
        released = live_releases(*sender, now=now) if sender and now else frozenset()
        # One that does not open lets nothing through: the name stays protected.
        overrides = frozenset((row.type, row.value, row.scope) for row in _overrides() if opens(row, "value"))
        return cls(_protect_list(own), overrides, sender, released)

    def judges_as(self, other: Gate | None) -> bool:
        """Whether the two stop the same names: the same lists, and the same overrides of them."""
        return other is not None and self.protect is other.protect and self.overrides == other.overrides

    def protection(self, type: SignalType, value: str, scope: Scope) -> Protection | None:
        """Why a value is protected, whether or not two organisations have let it through.

        A URL is judged by its host only where it names nothing but the host: URL signals are for pages on shared platforms.
        """
        if type is SignalType.DOMAIN:
            return self.protect.check(value, scope=scope)
        if type is SignalType.URL and (host := front_of(value)) is not None:
            return self.protect.check(host, scope=Scope.EXACT)
        return None

    def stops(self, type: SignalType, value: str, scope: Scope) -> bool:
        """Whether the value is protected hard, and nobody has let it through.  A canary is let through by nobody."""
        return is_canary(type, value) or self._stops(self.protection(type, value, scope), type, value, scope)

    def _stops(self, found: Protection | None, type: SignalType, value: str, scope: Scope) -> bool:
        return found is not None and found.mode is ProtectMode.STOP and not self._let_through(type, value, scope)

    def _let_through(self, type: SignalType, value: str, scope: Scope) -> bool:
        # Who lets a whole domain through lets the host itself through too, never the other way round.
        return any((type.value, value, wide.value) in self.overrides for wide in {scope, Scope.SUBDOMAINS})

    def check(self, draft: SignalDraft) -> Checked:
        """The draft in normal form.

        Raises PolicyRefusal: a reason of the normal form, a guard's code, unknown_technique, too_many_techniques, protected_name,
        canary.
        """
        form = normalise(draft.type, draft.text, hash_kind=draft.hash_kind)
        if is_canary_form(form):
            raise PolicyRefusal("canary")
        warnings = [*check_value(form)]
        release = self._check_note(form, draft.note, warnings)
        if len(draft.techniques) > MOST_TECHNIQUES:
            raise PolicyRefusal("too_many_techniques")
        if not known_techniques().issuperset(draft.techniques):
            raise PolicyRefusal("unknown_technique")
        scope = draft.scope if draft.type is SignalType.DOMAIN else Scope.EXACT
        found = self.protection(form.type, form.value, scope)
        if self._stops(found, form.type, form.value, scope):
            raise PolicyRefusal("protected_name")
        if found is not None:
            warnings.append("look_twice")
        if form.looks_like is not None:
            warnings.append("looks_like")
        return Checked(draft, form, scope, tuple(dict.fromkeys(warnings)), release)

    def _check_note(self, form: NormalForm, note: str, warnings: list[str]) -> str:
        """The seal of the release that lets a stopped note through, "" where none is needed.  Raises what `check_text` raises."""
        try:
            warnings += check_text(note)
        except PolicyRefusal:
            seal = seal_of_note(*self.sender, form, note) if self.sender and self.releases else ""
            if seal not in self.releases or not releasable(inspect_text(note)):
                raise
            return seal
        return ""


def seal_of_note(member: str, circle: UUID, form: NormalForm, note: str) -> str:
    """A keyed hash of one note in one place; the key is not in the database."""
    place = "\0".join((member, str(circle), form.type.value, form.value, note))
    return salted_hmac("skyddsnat.signals.false_stop", place, algorithm="sha256").hexdigest()


def live_releases(member: str, circle: UUID, *, now: datetime) -> frozenset[str]:
    """Seals of notes that a coordinator has let through and that nobody has used."""
    return frozenset(seal for (seal,) in _released(member=member, circle=circle, now=now))


def check_text(text: str, *, longest: int = LONGEST_NOTE) -> tuple[str, ...]:
    """Codes of what a free text should be looked at for.

    Personal data is stopped here even where the guard itself would only warn: a note can be put in other words.
    Raises PolicyRefusal with the guard's code, never with the text.
    """
    if len(text) > longest:
        raise PolicyRefusal("note_too_long", f"{len(text)} characters, at most {longest}")
    warnings: list[str] = []
    for finding in inspect_text(text) if text else ():
        if finding.severity is Severity.STOP or isinstance(finding.code, PersonalDataKind):
            raise PolicyRefusal(finding.code.value)
        warnings.append(finding.code.value)
    return tuple(warnings)


def check_together(checked: Iterable[Checked]) -> str | None:
    """Why drafts that may each enter may not enter together: they are pieces of one file.  None when they may."""
    found = find_imagery_in_rows([(one.form.value, one.draft.note) for one in checked])
    return None if found is None else found.rule.value


def check_value(form: NormalForm) -> tuple[str, ...]:
    """A term is free text like any other; a URL can hold a picture as data.  Domains and hashes have no room for either."""
    if form.type is SignalType.TERM:
        return check_text(form.value)
    if form.type is SignalType.URL:
        found = find_imagery(form.value)
        if found is not None:
            raise PolicyRefusal(found.rule.value)
    return ()
