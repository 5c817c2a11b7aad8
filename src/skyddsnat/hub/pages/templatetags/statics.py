"""`{% static %}` as Django has it, with each address worked out once a process: a page names fifteen files."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.core.files.storage import Storage, storages
from django.templatetags.static import static as worked_out
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def static(path: str) -> SafeString:
    """The address of a static file, ready to stand in HTML.  Raises ValueError for one that is not there, as Django's does."""
    return _address(storages["staticfiles"], path)


# Another storage has other addresses: the storage itself is the key, for the lazy `staticfiles_storage` stays one object whatever
# it stands for.
@lru_cache(maxsize=512)
def _address(_storage: Storage, path: str) -> SafeString:
    return conditional_escape(worked_out(path))
