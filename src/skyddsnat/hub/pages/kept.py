"""`{% translate %}` and `{% url %}` of constants, worked out once in each language: a page has forty texts and twenty addresses.

`{% load i18n look %}`: `look` has them in place of Django's.  One that depends on anything else is Django's own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import url as django_url
from django.templatetags.i18n import do_translate
from django.urls import get_script_prefix, get_urlconf
from django.utils.translation import get_language


class Kept(Node):
    """What a node says, by all that it depends on."""

    child_nodelists = ()

    def __init__(self, node: Node, depends_on: Callable[[], Hashable]) -> None:
        self._node = node
        self._depends_on = depends_on
        self._said: dict[Hashable, str] = {}

    def render(self, context: Context) -> str:
        key = self._depends_on()
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self._node.render(context)
        return said


def translate(parser: Parser, token: Token) -> Node:
    """Django's tag."""
    node: Any = do_translate(parser, token)
    about = node.message_context
    is_constant = _is_constant(node.filter_expression) and (about is None or _is_constant(about))
    return Kept(node, get_language) if is_constant and not node.asvar else node


def url(parser: Parser, token: Token) -> Node:
    """Django's tag.  Escaped or not is the same for an address without arguments, which is made of our own paths."""
    node: Any = django_url(parser, token)
    is_constant = _is_constant(node.view_name) and not node.args and not node.kwargs
    return Kept(node, _where) if is_constant and not node.asvar else node


def _where() -> Hashable:
    return get_script_prefix(), get_urlconf()


def _is_constant(said: FilterExpression) -> bool:
    var: Any = said.var
    return not said.filters and (isinstance(var, str) or getattr(var, "literal", None) is not None)
