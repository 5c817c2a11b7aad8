"""What the scripts of the sealing pages say, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def unlocking() -> dict[str, str]:
    """For the part that opens the member's key."""
    return {
        "unlocked": _("The key is open on this device for {minutes} minutes."),
        "lock_now": _("Lock now"),
        "no_file": _("Choose the key file first."),
        "other_member": _("This key file belongs to another organisation."),
        "wrong_passphrase": _("The passphrase does not open this key file. Check it and try again."),
        "bad_file": _("This is no key file, or it has been damaged. Choose another one."),
        "unlock_other_key": _(
            "This key is not the one that counts for your organisation now. Choose the newer key file."
        ),
    }


def making_a_key() -> dict[str, str]:
    """For the part that makes a member's key."""
    return {
        "passphrase_short": _("Choose a passphrase of at least {n} characters: a sentence is easy to remember."),
        "passphrase_differs": _("The two passphrases are not the same."),
        "making_key": _("Making the key …"),
        "key_made": _(
            "The key is made and its file was saved by your browser. Keep a copy of the file. Now register the public halves."
        ),
    }


def handing_in() -> dict[str, str]:
    """For the page on which a lead hands in."""
    return unlocking() | {
        "other_specification": _(
            "The hub sent another specification than the one that the parties signed. Do not hand in; tell the coordinator."
        ),
        "party_changed": _(
            "{who}: another key than the one that this device sealed to before. Do not hand in; ask the party itself."
        ),
        "no_number": _("This was not read as a number. Write digits, such as 1234.5."),
        "out_of_bounds": _("Expected a number from {low} to {high}."),
        "wrong": _("Not handed in yet. Values to put right: {n}."),
        "band": _("Band {low} to {high}"),
        "band_below": _("Band below {high}"),
        "band_from": _("Band from {low}"),
        "exact_total": _("Goes into a total only"),
        "before": _("last time {before}"),
        "far_from_before": _("last time {before}: far from it, is it right?"),
        "progress": _("{done} of {all} filled in"),
        "saved_here": _("Draft saved on this device at {time}"),
        "table_read": _("Read from the file: {known}. Rows that are not in this round: {unknown}."),
        "table_twice": _(
            "{item} stands twice in the file, so nothing was read. Keep the row that is right, and choose the file again."
        ),
        "table_bad": _(
            "The file was not read. Expected CSV or XLSX with the metric's id in the first column and the value in the second."
        ),
        "no_maturity": _("There are no answers of the self-assessment that this key opens."),
        "maturity_read": _("{n} answers were taken from the self-assessment."),
        "sealing": _("Coding, splitting and sealing …"),
        "handed_in": _("Handed in. You may change it until the deadline; the last one counts."),
        "refused": _("The hub did not take it: {why}"),
        "bad_receipt": _(
            "The hub's receipt is not signed by the key that this device knows, or is about something else. Tell the coordinator."
        ),
        "no_receipt": _("This device has no receipt of yours for this round, so it cannot look for it in the list."),
        "list_holds": _("The published list holds your submission number {seq}."),
        "list_lacks": _("The published list lacks your submission number {seq}, though the hub gave a receipt for it."),
        "object": _("Object with the receipt"),
        "objected": _("Objected. No party computes on such a list; the round has ended."),
        "not_sent": _("It was not sent: {why}"),
        "bytes": _("{n} bytes"),
        "receipt": _("Receipt number {seq}, {at}, entry {entry} of the audit log"),
    }


def showing_the_result() -> dict[str, str]:
    """For the page that puts the own place beside the released bands."""
    return unlocking() | {
        "you": pgettext("an organisation", "You"),
        "own_band": _("You: {band}"),
        "own_none": _("You handed in no value."),
        "own_elsewhere": _(
            "Your value is not kept on this device, so no dot is drawn. Open the page where the figures were handed in."
        ),
        "before": _("last time you were at {band}"),
        "third_best": _("in the leading third"),
        "third_middle": _("in the middle third"),
        "third_last": _("in the last third"),
        "third_high": _("among the highest third of the values"),
        "third_between": _("in the middle of the values"),
        "third_low": _("among the lowest third of the values"),
        "side_0": _("below the middle"),
        "side_1": _("on the middle"),
        "side_2": _("above the middle"),
        "place": _("place {rank} of {members}"),
        "place_shared": _("shared place {rank} of {members}"),
        "gap_ahead": _("better than the median"),
        "gap_behind": _("behind the median"),
        "gap_level": _("level with the median"),
        "gap_above": _("above the median"),
        "gap_below": _("below the median"),
        "summary": _("Your own places: {best} leading, {middle} middle, {last} last third."),
        "no_position": _("The parties have sealed no place to your organisation in this round."),
        "checked": _("Your own values, the medians and your sealed places fit together."),
        "mismatch": _("This does not fit together with your own value: see “If something is wrong”."),
        "mismatch_some": _("Places that do not fit together with your own values: {n}. They are marked below."),
        "not_on_a_line": _("The three parties' shares of your place do not fit together: no place is shown."),
        "not_opened": _("Your sealed place could not be opened with this key."),
        "other_specification": _(
            "The hub sent another specification than the one that the parties signed. Nothing is shown; tell the coordinator."
        ),
        "plan": _("In your plan: {what}"),
        "plan_target": _("target {target}"),
        "plan_due": _("due {due}"),
        "plan_reached": _("reached"),
        "plan_not_reached": _("not reached yet"),
        "column_metric": _("Metric"),
        "column_members": _("Members with a value"),
        "column_median": _("Median"),
        "column_quartiles": _("Quartiles"),
        "column_own": _("Own"),
        "column_place": _("Own place"),
        "column_change": pgettext("between two rounds", "Change"),
    }
