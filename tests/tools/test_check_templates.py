"""The template check, on planted faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_templates import HUB, check, main, templates

CLEAN = """{% extends "pages/base.html" %}
{% load i18n %}
{# a note for developers #}
{% comment %}Another <script>note</script>{% endcomment %}
{% block content %}
<h1 title="{% translate "A title" %}">{% translate "Words" %}</h1>
<p>{% blocktranslate with name=user.name %}Hello <b>{{ name }}</b>{% endblocktranslate %} {{ value }} · – 3 s</p>
<p>Skyddsnät <code>skyddsnat agent plan</code></p>
<form method="post">{% csrf_token %}<button class="btn">{% translate "Send" %}</button></form>
<form method="get"><input name="q"></form>
<script type="module" src="{% static "a.js" %}"></script><img src="a.svg" alt="">
{% endblock %}
"""


def found(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    return [(finding.line, finding.what) for finding in check(path)]


def test_a_clean_template_passes(tmp_path: Path) -> None:
    assert found(tmp_path, CLEAN) == []


@pytest.mark.parametrize(
    ("planted", "word"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ("<style>p { color: red }</style>", "inline style"),
        ('<p style="color: red"></p>', "style attribute"),
        ('<p style="width: {{ share }}%"></p>', "style attribute"),
        ('<a onclick="go()"></a>', "onclick"),
        ('<a {% if x %}onmouseover="go()"{% endif %}></a>', "onmouseover"),
        ('<a hx-on:click="go()"></a>', "hx-on"),
        ('<a href=" JavaScript:go()"></a>', "javascript:"),
        ("<p>Words that nobody translated</p>", "text without translation"),
        ('<input placeholder="Find">', "placeholder without translation"),
        ('<nav aria-label="Main"></nav>', "aria-label without translation"),
        ("<html>", "html without lang"),
        ('<img src="a.svg">', "img without alt"),
        ('<form method="post"><button></button></form>', "csrf_token"),
        ('<form method="POST" action="{% url "x" %}"></form>', "csrf_token"),
        ("{{ text|safe }}", "escaping"),
        ("{% autoescape off %}{{ text }}{% endautoescape %}", "escaping"),
    ],
)
def test_a_planted_fault_is_found_on_its_line(tmp_path: Path, planted: str, word: str) -> None:
    findings = found(tmp_path, CLEAN + planted + "\n")
    assert [line for line, _what in findings] == [CLEAN.count("\n") + 1]
    assert word in findings[0][1]


def test_one_safe_form_does_not_excuse_the_next(tmp_path: Path) -> None:
    text = '<form method="post">{% csrf_token %}</form>\n<form method="post">\n</form>\n{% csrf_token %}'
    assert [line for line, _what in found(tmp_path, text)] == [2]


def test_the_command_tells_file_and_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text("\n<p>Hello</p>\n")
    assert main([str(tmp_path)]) == 1
    assert f"{tmp_path / 'page.html'}:2: text without translation: Hello" in capsys.readouterr().out


def test_a_folder_without_templates_is_no_success(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 1


def test_the_hubs_own_templates_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(templates([HUB])) > 30
    assert main([]) == 0, capsys.readouterr().out
