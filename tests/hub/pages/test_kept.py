"""What is worked out once says what Django's tags say, wherever and in whatever language it is asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template
from django.urls import set_script_prefix
from django.utils import translation

from skyddsnat.hub.pages.kept import Kept

LOADED = "{% load i18n look %}"


@pytest.mark.parametrize(
    "tag",
    [
        '{% translate "Members" %}',
        '{% translate "Status" context "the hub" %}',
        '{% translate "100%% <b>of it</b> & more" %}',
        '{% url "pages:work" %}',
        '{% url "members:circles" %}',
    ],
)
def test_what_is_kept_is_what_django_says(tag: str) -> None:
    ours, django = Template(LOADED + tag), Template("{% load i18n %}" + tag)
    assert [type(node) for node in ours.nodelist][1:] == [Kept]
    for language in ("sv", "en", "sv"):
        with translation.override(language):
            assert ours.render(Context()) == django.render(Context())
            assert ours.render(Context(autoescape=False)) == django.render(Context(autoescape=False))


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        ("{% translate said %}", {"said": "Members"}),
        ('{% translate "Members"|lower %}', {}),
        ('{% translate "Status" context about %}', {"about": "the hub"}),
        ('{% translate "Members" as said %}{{ said }}', {}),
        ('{% url "pages:work" as there %}{{ there }}', {}),
        ('{% url "members:detail" member %}', {"member": "alfa"}),
        ("{% url name %}", {"name": "pages:work"}),
    ],
)
def test_what_depends_on_more_is_djangos_own(tag: str, values: dict[str, Any]) -> None:
    ours, django = Template(LOADED + tag), Template("{% load i18n %}" + tag)
    assert not any(isinstance(node, Kept) for node in ours.nodelist)
    assert ours.render(Context(values)) == django.render(Context(values))


def test_an_address_follows_the_place_below_which_the_hub_is_served() -> None:
    page = Template(LOADED + '{% url "members:circles" %}')
    at_the_root = page.render(Context())
    set_script_prefix("/below/")
    try:
        assert page.render(Context()) == "/below" + at_the_root
    finally:
        set_script_prefix("/")
    assert page.render(Context()) == at_the_root
