"""My work: what waits for this person today, worked out from the nouns' own reads."""

from skyddsnat.hub.pages.work.overview import Work, waiting_counts, work_of

__all__ = ["Work", "waiting_counts", "work_of"]
