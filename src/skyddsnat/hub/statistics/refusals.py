"""What a refusal says to a person: static words, chosen by its code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skyddsnat.policy.errors import PolicyRefusal

WORDS: dict[str, Promise] = {
    "not_hands_in": _("Only your organisation's benchmark lead or engineer hands in and explains figures."),
    "not_own_lead": _("Only your organisation's benchmark lead can do this."),
    "not_coordinator": _("Only a coordinator may do this."),
    "not_counsel": _("Only counsel, a person with the auditor's role, may approve a series."),
    "own_plan": _("You opened this series yourself. Someone else must approve it."),
    "decided": _("This has been decided already."),
    "closed": _("This series is not collected any more."),
    "unknown_metric": _("The catalogue has no such metric."),
    "secret_metric": _("This metric is secret. It is compared in a benchmark round, sealed, and never collected here."),
    "red_metric": _("Competition law bars this metric."),
    "series_there": _("There is a series of this metric already."),
    "not_collected": _("The coalition does not collect this metric, or not for this period."),
    "bad_period": _("Write a month as 2026-10, a quarter as 2026-Q4, a year as 2026."),
    "wrong_period": _("That period does not fit: it is of another kind, or it is decided already."),
    "period_not_over": _("The period is not over yet."),
    "wrong_unit": _("The figure has more decimals than the metric."),
    "out_of_range": _("The figure lies outside what the metric can be."),
    "no_list": _("Say which list, which resolvers and how many subscriptions the figure is about."),
    "key_used": _("This form was sent already with another figure. Open it again."),
    "already_there": _("A figure came meanwhile. Open the form again to correct it."),
    "not_the_newest": _("A colleague corrected the figure meanwhile. Open the form again."),
    "too_often": _("Your organisation has corrected as many figures as it may in an hour. Try again later."),
    "nothing_odd": _("There is nothing left to explain."),
    "no_text": _("Write something, in at most 600 characters."),
    "imagery": _("The text could hide a picture, film or sound. Write it in plain words."),
    "personal_data": _("The text holds personal data, such as a telephone number. Leave it out."),
    "too_few_owners": _("Too few owners have agreed. Members under one owner count as one."),
    "same_panel": _("The same members are in the panel already."),
    "not_additive": _("This metric cannot be added up, so it has no joint figure."),
    "not_approved": _("Counsel has not approved the series yet."),
    "no_panel": _("No panel is fixed for this period yet."),
    "not_agreed": _("A member of the panel agrees no more. Fix a new panel of those who do."),
    "waits": _("Not every member of the panel has handed in."),
    "observed": _(
        "A member of the panel only observed in this period and stopped nothing. The period has no joint figure of blocks."
    ),
    "methods_differ": _("The members have counted in different ways. Figures are added only when all count in one."),
    "round_under_way": _(
        "A benchmark round is about to open a total of these days, and two totals can be subtracted. Release when it has ended."
    ),
    "not_yet": _("That day has not come yet."),
    "one_language": _("Write the note in both languages, or in neither."),
}


def words_for(refusal: PolicyRefusal) -> Promise:
    """The words.  A code without any is a fault of ours, which tests look for."""
    return WORDS[refusal.code]
