"""Why an object was not taken in, as a plain sentence for the person who reads the machine's log.  None holds a value."""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, str]] = {
    # what the value is
    "empty": "the value is empty",
    "too_short": "the value is too short",
    "too_long": "a text is too long",
    "bad_characters": "the value holds characters that cannot stand there",
    "spaces": "the value holds spaces",
    "not_a_domain": "the value is not a domain name",
    "single_label": "the domain has one part alone; give the whole name",
    "wildcard": "a domain takes no wildcard; say scope subdomains in the extension instead",
    "underscore": "a domain name holds no underscore here",
    "hyphen": "a part of the domain begins or ends with a hyphen",
    "idn_not_allowed": "the domain holds characters that IDNA 2008 does not allow",
    "mixed_script": "a part of the domain mixes scripts",
    "ip_given": "an IP address is not taken as a domain",
    "port_given": "a domain takes no port; send a URL",
    "url_given": "this is a URL; send it as one",
    "email_given": "e-mail addresses are not taken",
    "address_given": "a term takes no address; send it as a domain or URL",
    "not_a_url": "the value is not a URL",
    "scheme_missing": "the URL lacks http:// or https://",
    "scheme_not_web": "a URL must be http or https",
    "userinfo": "a URL takes no user name or password",
    "bad_port": "the URL's port is not a port",
    "ip_form": "the URL's IP address is not written in the usual form",
    "bad_hash_length": "the hash has the wrong number of digits for its kind",
    "bad_hash_alphabet": "a hash is written in the digits 0-9 and a-f",
    "hash_kind_needed": "the hash needs its kind, SHA-256 or PDQ",
    "hash_of_nothing": "this hash is that of an empty or blank file",
    # what it may be
    "protected_name": "the name is on the protect list, which two organisations can lift in the hub",
    "canary": "the name is on the protect list, which two organisations can lift in the hub",  # whoever leaked is not told
    "unknown_technique": "a technique is not in the coalition's catalogue",
    "too_many_techniques": "too many techniques",
    "note_too_long": "the description is too long",
    "too_many": "your organisation has handed in as much as it may in an hour; send the rest later",
    # what stands in its texts
    "personnummer": "a text holds a personal identity number; leave it out",
    "samordningsnummer": "a text holds a coordination number; leave it out",
    "phone": "a text holds a telephone number; leave it out",
    "email": "a text holds an e-mail address; leave it out",
    "ip": "a text holds an IP address; leave it out",
    "too_large": "a text is too large",
    "too_deep": "a text is nested too deep",
    "hidden_characters": "a text holds hidden characters",
    "media_markup": "a text holds mark-up for pictures or sound; Skyddsnät takes no files",
    "media_file": "a text holds a media file; Skyddsnät takes no files",
    "media_object": "a text holds a media object; Skyddsnät takes no files",
    "encoded_media": "a text holds an encoded media file; Skyddsnät takes no files",
    "encoded_block": "a text holds a long encoded block; Skyddsnät takes no files",
    "opaque_tokens": "a text holds several long codes; leave them out",
    "unbroken_run": "a text holds a long run without a space; shorten it",
    "number_rows": "a text holds rows of numbers; leave them out",
    "character_picture": "a text holds a picture made of characters; leave it out",
    "split_media": "what was sent together puts a file together; Skyddsnät takes no files",
    "hash_list": "a text holds a list of hashes; send each as an object of its own",
    # who sends it where
    "no_circle": "no circle is named and your organisation has no default circle; set circle in the extension",
    "not_in_circle": "the circle is not one of yours",
    "inactive": "your organisation has left the coalition",
    "no_role": "this token may not hand in",
    "marking_not_offered": "signals are marked AMBER or AMBER+STRICT",
    "red_is_for_people": "TLP:RED does not travel between machines; enter it on the hub's pages",
    # what was sent before
    "version_taken": "this id was sent before with this modified and other content; give it a later modified",
    "own_object": "this is the coalition's own object; hand in only what you have observed yourself",
}


def reason(code: str) -> str:
    """The sentence of a code; for one without, the code itself."""
    return REASONS.get(code, f"refused: {code}")
