"""Lists on their way in, row by row, and what is known of the lists that went out."""

from skyddsnat.hub.lists.models.export import Export
from skyddsnat.hub.lists.models.incoming import GUESSED, LONGEST_DRAFT, Import, ImportRow

__all__ = ["GUESSED", "LONGEST_DRAFT", "Export", "Import", "ImportRow"]
