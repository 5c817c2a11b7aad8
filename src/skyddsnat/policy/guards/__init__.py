"""Guards over what people and machines write: no imagery in disguise, no personal data, nothing out of shape.

`inspect_text` is the one call for a free text; `find_imagery` and `find_imagery_in_json` are for imports,
and `find_imagery_together` and `find_imagery_in_rows` for what arrives together, `find_imagery_following` for
what arrives after something else.  Nothing here raises, logs, or keeps the text.  Figures and limits: docs/guards.md.
"""

from skyddsnat.policy.guards.findings import (
    Finding,
    ImageryFinding,
    ImageryRule,
    PersonalDataFinding,
    PersonalDataKind,
    Severity,
    ShapeRule,
)
from skyddsnat.policy.guards.free_text import MAX_FREE_TEXT, inspect_text, stops
from skyddsnat.policy.guards.imagery import (
    find_imagery,
    find_imagery_following,
    find_imagery_in_json,
    find_imagery_in_rows,
    find_imagery_together,
)
from skyddsnat.policy.guards.personal_data import find_personal_data

__all__ = [
    "MAX_FREE_TEXT",
    "Finding",
    "ImageryFinding",
    "ImageryRule",
    "PersonalDataFinding",
    "PersonalDataKind",
    "Severity",
    "ShapeRule",
    "find_imagery",
    "find_imagery_following",
    "find_imagery_in_json",
    "find_imagery_in_rows",
    "find_imagery_together",
    "find_personal_data",
    "inspect_text",
    "stops",
]
