"""The coalition's vocabulary as data: techniques, measures, metrics, the maturity model, knowledge, sources and exchange words.

`load_catalogue()` gives the whole, checked.  The files lie in `data/`; `skyddsnat catalogue check` says what is wrong with them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from skyddsnat.catalogue.text import Text

if TYPE_CHECKING:
    from skyddsnat.catalogue.loading import load_catalogue, read_catalogue
    from skyddsnat.catalogue.problems import CatalogueError, Problem
    from skyddsnat.catalogue.whole import Catalogue

__all__ = ["Catalogue", "CatalogueError", "Problem", "Text", "load_catalogue", "read_catalogue"]

_PLACES = {
    "Catalogue": "whole",
    "CatalogueError": "problems",
    "Problem": "problems",
    "load_catalogue": "loading",
    "read_catalogue": "loading",
}


def __getattr__(name: str) -> Any:
    """What reads the files, for those who ask for it: a party's worker and a stop page know a few words and read none."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
