"""Words for codes: why an act was not done, and the reply to whoever complained, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext

from skyddsnat.hub.members.refusals import words_for
from skyddsnat.hub.signals.words import STOPS
from skyddsnat.policy.complaints import Outcome
from skyddsnat.policy.errors import PolicyRefusal

REFUSALS: Mapping[str, Promise] = {
    "not_in_force": _("The block is not in force any longer."),
    "not_origin": _("Only a reviewer of the organisation whose verdict the block rests on decides."),
    "needs_mandate": _("A reviewer at the police or a hotline does this. Members do not judge content."),
    "first_reviewer": _("You judged it first; another reviewer must look before it is said to be right."),
    "no_scope": _("The block covers one host alone; there is nothing to narrow."),
    "unknown_outcome": _("Choose one of the decisions."),
    "reported_again": _("The value has been reported anew since; that report is reviewed in the ordinary way."),
    "not_an_operator": _("Only an operator has resolvers of its own."),
    "listed": _("It is on a list. Reveal it on its signal's own page, if you must."),
    "no_name": _("The name has been erased."),
    "not_decided": _("There is no decision to tell yet."),
    "no_contact": _("The complainant left no way to be reached, or it has been erased."),
}


def said(refused: PolicyRefusal) -> str | Promise:
    """Why an act was not done."""
    return REFUSALS.get(refused.code) or STOPS.get(refused.code) or words_for(refused)


@dataclass(frozen=True, slots=True)
class Reply:
    """A ready text.  language: as the complainant chose it on the stop page, or the other one."""

    language: str
    text: str
    asked_in: bool


def replies(outcome: str, *, receipt: str, operator: str, language: str) -> list[Reply]:
    """The reply in both languages, the complainant's own first; none before there is a decision.

    It tells the outcome and how to go on.  It never tells why an entry was listed, by whom, or what else is on the list.
    """
    if not outcome:
        return []
    texts = []
    for one in sorted(("sv", "en"), key=lambda tag: tag != language):
        with override(one):
            texts.append(Reply(one, _reply(Outcome(outcome), receipt, operator), one == language))
    return texts


def _reply(outcome: Outcome, receipt: str, operator: str) -> str:
    first = pgettext("reply to a complaint", "You have complained about a blocked address (receipt %(receipt)s).") % {
        "receipt": receipt
    }
    end = pgettext("reply to a complaint", "With kind regards, %(operator)s") % {"operator": operator}
    return "\n\n".join((first, *_told(outcome), end))


def _told(outcome: Outcome) -> tuple[str, ...]:
    match outcome:
        case Outcome.LIFTED:
            return (
                pgettext(
                    "reply to a complaint",
                    "You were right: the block was wrong. It is lifted at every operator that takes part, as a rule within "
                    "minutes. We are sorry for the trouble. If the address still does not open tomorrow, restart your device "
                    "or router, and tell us if that does not help.",
                ),
            )
        case Outcome.NARROWED:
            return (
                pgettext(
                    "reply to a complaint",
                    "You were right that more was blocked than should be. The block now covers a single host name; "
                    "everything below it opens again. If an address that you need still does not open, tell us which.",
                ),
            )
        case Outcome.UPHELD:
            return (
                pgettext(
                    "reply to a complaint",
                    "The authority or hotline that is responsible for the block has looked at it again and found that "
                    "it is right. We do not know and cannot tell more about why.",
                ),
                pgettext(
                    "reply to a complaint",
                    "If you run the address and the content has been removed, or if you have new facts, complain again: "
                    "it is then looked at anew. You can also turn to the police.",
                ),
            )
        case Outcome.ENDED:
            return (
                pgettext(
                    "reply to a complaint",
                    "The block has run out since, before your complaint was decided. The joint list does not block the address "
                    "any longer. If it still does not open tomorrow, restart your device or router, and tell us if that does "
                    "not help.",
                ),
            )
        case Outcome.NOT_LISTED:
            return (
                pgettext(
                    "reply to a complaint",
                    "The joint list against sexual abuse of children does not block the address that you gave. If you "
                    "met our stop page there, the block has ended since. If it still does not open, the cause is "
                    "another one; our customer service helps you to find it.",
                ),
            )
