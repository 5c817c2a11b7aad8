"""One way for all pages of this noun to carry out a change and to say what came of it."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

from skyddsnat.hub.members.refusals import words_for
from skyddsnat.policy.errors import PolicyRefusal


def carried_out[T](form: forms.Form, change: Callable[[], T]) -> T | None:
    """The change's result; or None, with the refusal written on the form."""
    try:
        return change()
    except PolicyRefusal as refusal:
        form.add_error(None, str(words_for(refusal)))
        return None


def told(request: HttpRequest, change: Callable[[], object], *, done: str | Promise) -> bool:
    """Carry out a change that has no form of its own, and say so, or why not, on the next page."""
    try:
        change()
    except PolicyRefusal as refusal:
        messages.error(request, str(words_for(refusal)))
        return False
    messages.success(request, str(done))
    return True
