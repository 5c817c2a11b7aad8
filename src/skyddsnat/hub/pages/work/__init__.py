"""My work: what waits for this person today, worked out from the nouns' own reads."""

from skyddsnat.hub.pages.work.overview import Work, work_of

__all__ = ["Work", "work_of"]
