"""Why something was not taken in, in people's words: what it is and what to do.  None repeats a value."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from skyddsnat.hub.signals.limits import MOST_BYTES, MOST_LINES, MOST_ROWS

grouped = lazy(number_format, str)
"""A number as the reader's language writes it: 100,000 or 100 000."""

REFUSALS: dict[str, str | Promise] = {
    # what the value is
    "empty": _("There is no value here."),
    "too_short": _("The value is too short."),
    "too_long": _("The value is too long."),
    "bad_characters": _("The value holds characters that cannot stand there."),
    "spaces": _("The value holds spaces. Write one value at a time, without spaces."),
    "not_a_domain": _("This is not a domain name."),
    "single_label": _("The domain has one part alone; give the whole name."),
    "wildcard": _("A domain takes no wildcard; choose “the whole domain” instead."),
    "underscore": _("A domain name holds no underscore here."),
    "hyphen": _("A part of the domain begins or ends with a hyphen."),
    "idn_not_allowed": _("The domain holds characters that are not allowed in domain names (IDNA 2008)."),
    "mixed_script": _("A part of the domain mixes scripts, for example Latin and Cyrillic letters."),
    "ip_given": _("An IP address is not a domain; report a URL instead."),
    "port_given": _("A domain takes no port; report a URL instead."),
    "url_given": _("This is a URL; report it as one."),
    "email_given": _("E-mail addresses are not taken."),
    "address_given": _("A term takes no address; report it as a domain or URL."),
    "not_a_url": _("This is not a URL."),
    "scheme_missing": _("The URL lacks http:// or https://."),
    "scheme_not_web": _("A URL must begin with http:// or https://."),
    "userinfo": _("A URL takes no user name or password."),
    "bad_port": _("The port of the URL is not a port."),
    "ip_form": _("The IP address of the URL is not written in the usual form."),
    "bad_hash_length": _("The hash has the wrong number of digits: MD5 has 32, SHA-1 40, SHA-256 and PDQ 64."),
    "bad_hash_alphabet": _("A hash is written with the digits 0–9 and a–f."),
    "hash_kind_needed": _("Say which kind of hash this is: SHA-256 and PDQ are equally long."),
    "hash_of_nothing": _("This is the hash of an empty or blank file."),
    # what it may be
    "protected_name": _(
        "The name is on the protect list. If it must be reported all the same, propose it under Protected names; "
        "a reviewer of another organisation decides."
    ),
    "unknown_technique": _("A technique is not in the catalogue."),
    "too_many_techniques": _("Too many techniques; choose at most ten."),
    "note_too_long": _("The note is too long; 2,000 characters at most."),
    "release_used": _("The release has been used. Ask again if the text is needed once more."),
    "too_many": _("Your organisation has handed in as much as it may in an hour; send the rest later."),
    # what stands in its texts
    "personnummer": _("The text holds a personal identity number. Leave it out: signals never hold personal data."),
    "samordningsnummer": _("The text holds a coordination number. Leave it out: signals never hold personal data."),
    "phone": _("The text holds a telephone number. Leave it out: signals never hold personal data."),
    "email": _("The text holds an e-mail address. Leave it out: signals never hold personal data."),
    "ip": _("The text holds an IP address. Leave it out: signals never hold personal data."),
    "too_large": _("The text is too large."),
    "too_deep": _("The text is nested too deep."),
    "hidden_characters": _("The text holds hidden characters; write it by hand."),
    "media_markup": _("The text holds mark-up for pictures or sound. Skyddsnät takes no imagery in any form."),
    "media_file": _("The text holds a media file. Skyddsnät takes no imagery in any form."),
    "media_object": _("The text holds a media object. Skyddsnät takes no imagery in any form."),
    "encoded_media": _("The text holds an encoded media file. Skyddsnät takes no imagery in any form."),
    "encoded_block": _("The text holds a long encoded block, which could hide a file. Leave it out."),
    "opaque_tokens": _("The text holds several long codes, which could hide a file. Leave them out."),
    "unbroken_run": _("The text holds a long run without a space. Shorten it."),
    "number_rows": _("The text holds rows of numbers, which could hide a file. Leave them out."),
    "character_picture": _("The text holds a picture made of characters. Leave it out."),
    "split_media": _("Put together, these texts hold a file cut into pieces. Skyddsnät takes no imagery in any form."),
    "hash_list": _("The text holds a list of hashes; report each as a signal of its own."),
    # who sends it where
    "not_in_circle": _("The circle is not one of yours."),
    "inactive": _("Your organisation has left the coalition."),
    "no_role": _("Your roles do not let you report signals."),
    "marking_not_offered": _("Signals are marked AMBER, AMBER+STRICT or RED."),
    "nobody_named": _("RED needs at least one named person who may read it."),
    # files and pasted lines
    "not_recognised": _("It is not clear what this is; choose a type, or write it out in full."),
    "unknown_word": _(
        "A type, kind of hash, scope or basis is none of the known words; see the columns on the import page."
    ),
    "not_utf8": _("The file is not text in UTF-8. Save it as UTF-8 and try again."),
    "not_csv": _("The file could not be read as CSV. Check quotation marks and separators."),
    "not_stix": _("The file is not a STIX 2.1 bundle."),
    "no_value_column": _("The file has no column named “value”."),
    "nothing_read": _("There is nothing to report here. Give one value on each line."),
    "too_many_lines": format_lazy(
        _("Too many lines to paste; at most {most}. Import a file instead."), most=grouped(MOST_LINES)
    ),
    "too_many_rows": format_lazy(
        _("Too many rows for one import; at most {most}. Split the file, or use TAXII."), most=grouped(MOST_ROWS)
    ),
    "clock": _(
        "Nothing can be published just now: the hub's clock is behind what it has published. "
        "Nothing was kept; tell the hub's administrator."
    ),
    "preview_over": _("The preview is too old, or was made by someone else. Make it again."),
    "file_too_large": format_lazy(_("The files are too large; {most} MB at most together."), most=MOST_BYTES >> 20),
    "not_json": _("The file could not be read as JSON. Perhaps it was cut off; export it again."),
    "one_file": _("Choose one file, or several of MISP."),
    # events of MISP
    "not_misp": _("A file is neither a STIX 2.1 bundle nor a MISP event."),
    "attachment": _(
        "A MISP event carries an attached file. Skyddsnät takes no files in any form; export it again without attachments."
    ),
    "attribute_not_taken": _("Attributes of this type are not taken: domain, hostname, url, md5, sha1 and sha256 are."),
    "object_not_taken": _("Objects of this kind are not taken: file, url and domain-ip are."),
    "object_without_value": _("The object has no attribute that is taken."),
    "deleted": _("It is deleted in MISP."),
    "not_for_detection": _("It is not marked for detection in MISP (to_ids)."),
    "sharing_group": _("It is shared with a sharing group in MISP, which a circle here is not."),
    # objects of a bundle
    "object": _("This is not a STIX object."),
    "type": _("Objects of this type are not taken: indicators, domain names, URLs and files with hashes are."),
    "spec_version": _("The object is not STIX 2.1."),
    "field": _("The object has a field that STIX 2.1 does not define."),
    "id": _("The object's id could not be read."),
    "revoked": _("A revoked object is not taken; withdraw your report on its page instead."),
    "modified": _("The object was modified before it was created."),
    "valid_until": _("The object's validity ends before it begins."),
    "expired": _("The object's validity has ended."),
    "value": _("The object's value is missing or too long."),
    "hashes": _("The object's hashes are missing."),
    "hash_kind": _("No hash of a kind that is taken: MD5, SHA-1, SHA-256 or PDQ."),
    "description": _("The object's description is missing or too long."),
    "marking": _("The object has a marking that cannot be honoured; use TLP 2.0."),
    "red": _("RED does not travel in files; report it by the form."),
    "extensions": _("The object's extensions could not be read."),
    "circle": _("The object names a circle that is not one of yours."),
}

REFUSALS["canary"] = REFUSALS["protected_name"]  # true, and no more: whoever tries a leaked list is not warned

UNKNOWN = _("This cannot be taken in as it stands.")

WARNINGS: dict[str, str | Promise] = {
    "look_twice": _("The name is widely used or shared: look twice."),
    "looks_like": _("The name looks like another, well-known one."),
    "guessed_term": _("Read as a term, since it is neither an address nor a hash."),
}


def refusal(code: str) -> str | Promise:
    """The sentence for a code."""
    return REFUSALS.get(code, UNKNOWN)


def warning(code: str) -> str | Promise:
    """What to look at once more."""
    return WARNINGS.get(code, _("Look at this once more before you send it."))
