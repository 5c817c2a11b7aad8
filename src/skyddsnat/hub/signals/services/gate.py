"""What may enter: normal form, no imagery, no personal data, no protected name.  Nothing is stored before it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from skyddsnat.catalogue import load_catalogue
from skyddsnat.hub.members.models import MemberDomain
from skyddsnat.hub.signals.models import ProtectOverride
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.guards import PersonalDataKind, Severity, find_imagery, inspect_text
from skyddsnat.policy.normal_form import NormalForm, normalise
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

    @classmethod
    def of_today(cls) -> Gate:
        """Read once for each request or batch."""
        own = tuple(MemberDomain.objects.order_by("name").values_list("name", flat=True))
        rows = ProtectOverride.objects.filter(confirmed_at__isnull=False, ended_at=None)
        return cls(_protect_list(own), frozenset(rows.values_list("type", "value", "scope")))

    def protection(self, type: SignalType, value: str, scope: Scope) -> Protection | None:
        """Why a value is protected, whether or not two organisations have let it through.

        A URL is judged by its host only where it names nothing but the host: URL signals are for pages on shared platforms.
        """
        if type is SignalType.DOMAIN:
            return self.protect.check(value, scope=scope)
        if type is SignalType.URL:
            parts = urlsplit(value)
            if parts.path in {"", "/"} and not parts.query and parts.hostname:
                return self.protect.check(parts.hostname, scope=Scope.EXACT)
        return None

    def stops(self, type: SignalType, value: str, scope: Scope) -> bool:
        """Whether the value is protected hard, and nobody has let it through."""
        found = self.protection(type, value, scope)
        return found is not None and found.mode is ProtectMode.STOP and not self._let_through(type, value, scope)

    def _let_through(self, type: SignalType, value: str, scope: Scope) -> bool:
        # Who lets a whole domain through lets the host itself through too, never the other way round.
        return any((type.value, value, wide.value) in self.overrides for wide in {scope, Scope.SUBDOMAINS})

    def check(self, draft: SignalDraft) -> Checked:
        """The draft in normal form.

        Raises PolicyRefusal: a reason of the normal form, a guard's code, unknown_technique, too_many_techniques, protected_name.
        """
        form = normalise(draft.type, draft.text, hash_kind=draft.hash_kind)
        warnings = [*check_value(form), *check_text(draft.note)]
        if len(draft.techniques) > MOST_TECHNIQUES:
            raise PolicyRefusal("too_many_techniques")
        if not known_techniques().issuperset(draft.techniques):
            raise PolicyRefusal("unknown_technique")
        scope = draft.scope if draft.type is SignalType.DOMAIN else Scope.EXACT
        if self.stops(form.type, form.value, scope):
            raise PolicyRefusal("protected_name")
        if self.protection(form.type, form.value, scope) is not None:
            warnings.append("look_twice")
        if form.looks_like is not None:
            warnings.append("looks_like")
        return Checked(draft, form, scope, tuple(dict.fromkeys(warnings)))


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


def check_value(form: NormalForm) -> tuple[str, ...]:
    """A term is free text like any other; a URL can hold a picture as data.  Domains and hashes have no room for either."""
    if form.type is SignalType.TERM:
        return check_text(form.value)
    if form.type is SignalType.URL:
        found = find_imagery(form.value)
        if found is not None:
            raise PolicyRefusal(found.rule.value)
    return ()
