"""One spelling for each signal, so that two members' reports of the same thing become one signal.

`normalise` is the only way from what a person or a machine wrote to what is stored, compared, shared and enforced.
It is idempotent: a normal form normalises to itself.  `mask` and `defang` are the only ways back to a screen.

Sources: dns-enforcement ("Portable block rows"), sharing-and-taxii 4.5, UTS 46, UTS 39, RFC 3986, RFC 5890-5892.
"""

from skyddsnat.policy.normal_form.form import NormalForm, guess_type, normalise
from skyddsnat.policy.normal_form.refusal import NotNormal, Reason
from skyddsnat.policy.normal_form.screen import defang, mask
from skyddsnat.policy.normal_form.suffixes import public_suffix, registrable_domain, suffix_list_date
from skyddsnat.policy.normal_form.url import front_of

__all__ = [
    "NormalForm",
    "NotNormal",
    "Reason",
    "defang",
    "front_of",
    "guess_type",
    "mask",
    "normalise",
    "public_suffix",
    "registrable_domain",
    "suffix_list_date",
]
