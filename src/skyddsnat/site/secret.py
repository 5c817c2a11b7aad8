"""A secret of one word, from the environment or a file: it stands in a header, and nothing else can."""

from __future__ import annotations

import os
from pathlib import Path

from skyddsnat.site.config_table import is_one_word
from skyddsnat.site.errors import BadConfig, to_do, why


def read_secret(variable: str, file: Path | None, *, refusal: type[BadConfig]) -> str | None:
    """The secret, or None if neither place has one.  The environment counts first.

    Raises the refusal for a file that cannot be read, and for what holds more than a secret: that was pasted by mistake.
    """
    if value := os.environ.get(variable, "").strip():
        return _one_word(value, f"${variable}", refusal)
    if file is None:
        return None
    try:
        value = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise refusal(
            [
                f"{file} cannot be read ({why(error)}), expected a file with the secret in one line; "
                + to_do(error, "write it there")
            ]
        ) from error
    return _one_word(value, str(file), refusal) or None


def _one_word(value: str, place: str, refusal: type[BadConfig]) -> str:
    if not is_one_word(value):
        raise refusal([f"{place} holds more than a secret, expected letters, digits and signs in one line"])
    return value
