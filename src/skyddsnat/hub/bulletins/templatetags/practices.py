"""How practices are found from a page of measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.utils.translation import get_language

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.bulletins.models import Practice

register = template.Library()


@register.filter
def about(found: Mapping[str, Sequence[Practice]], measure: str) -> Sequence[Practice]:
    """Those about a measure."""
    return found.get(measure, ())


@register.filter
def measure_name(measure: str) -> str:
    """A measure by its id, in the reader's language; the id where the catalogue no longer has it."""
    known = load_catalogue().measures.get(measure)
    return known.name.get(get_language() or "en") if known is not None else measure
