"""Why a text has no normal form."""

from __future__ import annotations

from enum import StrEnum

from skyddsnat.policy.errors import PolicyRefusal


class Reason(StrEnum):
    """Stable codes; the hub has one translated sentence for each, with what to do instead."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    BAD_CHARACTERS = "bad_characters"
    SPACES = "spaces"

    NOT_A_DOMAIN = "not_a_domain"
    SINGLE_LABEL = "single_label"
    WILDCARD = "wildcard"
    UNDERSCORE = "underscore"
    HYPHEN = "hyphen"
    IDN_NOT_ALLOWED = "idn_not_allowed"
    MIXED_SCRIPT = "mixed_script"
    IP_GIVEN = "ip_given"
    PORT_GIVEN = "port_given"
    URL_GIVEN = "url_given"
    EMAIL_GIVEN = "email_given"

    NOT_A_URL = "not_a_url"
    SCHEME_MISSING = "scheme_missing"
    SCHEME_NOT_WEB = "scheme_not_web"
    USERINFO = "userinfo"
    BAD_PORT = "bad_port"
    IP_FORM = "ip_form"

    BAD_HASH_LENGTH = "bad_hash_length"
    BAD_HASH_ALPHABET = "bad_hash_alphabet"
    HASH_KIND_NEEDED = "hash_kind_needed"
    HASH_OF_NOTHING = "hash_of_nothing"

    ADDRESS_GIVEN = "address_given"


class NotNormal(PolicyRefusal):
    """The text cannot be a signal of that type.

    code: a `Reason`.  detail: lengths and limits only; the text itself never travels in an error.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value, detail)
        self.reason = reason
