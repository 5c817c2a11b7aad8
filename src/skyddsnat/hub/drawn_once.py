"""Forms that are drawn once.

Django takes half a millisecond for each field, and the filters above a list look the same until someone chooses otherwise.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_KEPT = 512
_drawn: dict[Hashable, SafeString] = {}


class DrawnOnce(forms.Form):
    """A form whose HTML is kept by all that it depends on: class, ids, language, `looks` and what was filled in.

    holds_words_only: whether what is filled in may be kept in memory, where it is all right; where it may not, only the empty
    form is.
    """

    holds_words_only: ClassVar[bool] = False

    @property
    def looks(self) -> Hashable:
        """What else its HTML depends on."""
        return ()

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """The form's HTML."""
        if args or kwargs or self.initial or (self.is_bound and not (self.holds_words_only and self.is_valid())):
            return super().render(*args, **kwargs)
        key = (type(self), self.auto_id, self.prefix, get_language(), self.looks, self._words())
        found = _drawn.get(key)
        if found is None:
            if len(_drawn) >= MOST_KEPT:
                _drawn.clear()
            found = _drawn[key] = super().render()
        return found

    __str__ = render
    __html__ = render

    def _words(self) -> Hashable:
        if not self.is_bound:
            return None
        return tuple((name, str(self.data[name])) for name in self.fields if name in self.data)
