"""The coalition's vocabulary as data: techniques, measures, metrics, the maturity model, knowledge, sources and exchange words.

`load_catalogue()` gives the whole, checked.  The files lie in `data/`; `skyddsnat catalogue check` says what is wrong with them.
"""

from skyddsnat.catalogue.loading import load_catalogue, read_catalogue
from skyddsnat.catalogue.problems import CatalogueError, Problem
from skyddsnat.catalogue.text import Text
from skyddsnat.catalogue.whole import Catalogue

__all__ = ["Catalogue", "CatalogueError", "Problem", "Text", "load_catalogue", "read_catalogue"]
