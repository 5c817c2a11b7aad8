"""What must never be blocked here: the lists of this release, the coalition's names, the operator's own, and the tested ones."""

from __future__ import annotations

from collections.abc import Iterable

from skyddsnat.agent.config import Config
from skyddsnat.agent.errors import AgentError, ConfigError
from skyddsnat.agent.state.notes import Notes
from skyddsnat.policy.normal_form import NotNormal, normalise
from skyddsnat.policy.protect import BrokenProtectList, ProtectList
from skyddsnat.policy.vocabulary import SignalType

MOST_NAMES = 10_000
"""Of the coalition's: a hub that tells more is not listened to further."""


def protect_list(config: Config, coalition: Iterable[str] = ()) -> ProtectList:
    """All lists as one.  Raises ConfigError for a name in agent.toml that is none."""
    own = set(config.list.protect)
    try:
        return ProtectList.build(
            members_own=[*config.list.protect, *(name for name in coalition if name not in own)],
            extra=config.verify.must_not_block,
        )
    except BrokenProtectList as broken:
        raise ConfigError([f"[list] protect or [verify] must_not_block: {broken.detail}"]) from broken


def add_names(notes: Notes, told: Iterable[str]) -> tuple[str, ...] | None:
    """Keep what the hub tells beside what it told before; returns all of it if there is more now, else None.

    The hub can only add: one that is in wrong hands must not be able to take a guard away before it publishes.
    Raises AgentError beyond `MOST_NAMES`, and keeps none of those that are new: a flood is no list of members' domains, and what
    comes with it is not guarded, which somebody has to know.
    """
    known = frozenset(notes.get(Notes.PROTECTED) or ())
    more = known | {name for text in told if (name := _normal(text)) is not None}
    if len(more) > MOST_NAMES:
        raise AgentError(
            f"the hub tells of more protected names than it may ({len(more):,}, at most {MOST_NAMES:,} with those told before); "
            "the new ones are not guarded; ask the hub's operator"
        )
    if more == known:
        return None
    notes.put(Notes.PROTECTED, sorted(more))
    return tuple(sorted(more))


def _normal(text: str) -> str | None:
    try:
        return normalise(SignalType.DOMAIN, text).value
    except NotNormal:
        return None
