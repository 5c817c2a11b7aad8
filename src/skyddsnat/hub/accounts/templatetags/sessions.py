"""A session's browser as people know it."""

from __future__ import annotations

from django import template

from skyddsnat.hub.accounts.browsers import browser_named

register = template.Library()
register.filter("browser_named", browser_named)
