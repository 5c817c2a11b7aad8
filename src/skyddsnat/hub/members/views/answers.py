"""One way for all pages to carry out a change and to say what came of it, in the words of their noun."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

from skyddsnat.hub.members.refusals import words_for
from skyddsnat.policy.errors import PolicyRefusal

type Words = Callable[[PolicyRefusal], str | Promise]
"""What a noun says of a refusal."""


def carried_out[T](form: forms.Form, change: Callable[[], T], *, words: Words = words_for) -> T | None:
    """The change's result; or None, with the refusal written on the form."""
    try:
        return change()
    except PolicyRefusal as refusal:
        form.add_error(None, str(words(refusal)))
        return None


def told(request: HttpRequest, change: Callable[[], object], *, done: str | Promise, words: Words = words_for) -> bool:
    """Carry out a change that has no form of its own, and say so, or why not, on the next page."""
    try:
        change()
    except PolicyRefusal as refusal:
        messages.error(request, str(words(refusal)))
        return False
    messages.success(request, str(done))
    return True
