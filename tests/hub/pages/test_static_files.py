"""Static files as a real hub serves them: collected, named by their content, each script with the hash of what is served."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
from django.core.management import call_command
from django.template import Context, Template

from skyddsnat.hub.pages.templatetags import badges, look
from skyddsnat.hub.settings import base as real
from skyddsnat.hub.signals.models import Signal

SCRIPTS = ("shortcuts", "copy", "filters")


def test_scripts_and_icons_are_found_under_the_names_that_are_served(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": real.STORAGES["staticfiles"]}
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in SCRIPTS:
        tag = Template(f'{{% load look %}}{{% script "pages/js/{name}.js" %}}').render(Context())
        source, integrity = re.findall(r'(?:src|integrity)="([^"]+)"', tag)
        served = tmp_path / source.removeprefix(settings.STATIC_URL)
        assert re.search(rf"{name}\.[0-9a-f]{{12}}\.js$", source)
        digest = base64.b64encode(hashlib.sha384(served.read_bytes()).digest()).decode()
        assert integrity == f"sha384-{digest}"
    icons = Template('{% load look %}{% icon "check" %}').render(Context())
    assert re.search(r'href="[^"]*icons\.[0-9a-f]{12}\.svg#check"', icons)
    css = (tmp_path / staticfiles_storage.stored_name("pages/css/fonts.css")).read_text()
    assert re.search(r"inter-latin-wght-normal\.[0-9a-f]{12}\.woff2", css)


class Here(StaticFilesStorage):
    """A storage that no table of hashes tells from another: one that takes a freed one's place in memory looks like this."""

    def __hash__(self) -> int:
        return 1

    def url(self, name: str | None) -> str:
        return f"/here/{name}"


class There(Here):
    """Such a storage with other addresses."""

    def url(self, name: str | None) -> str:
        return f"/there/{name}"


def test_what_is_drawn_from_one_storage_is_not_shown_from_another(settings: Any) -> None:
    signal = Signal(state="verified")
    sheet = Template('{% load statics %}{% static "pages/css/base.css" %}')
    for storage, address in ((Here, "/here/"), (There, "/there/")):
        settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": f"{__name__}.{storage.__name__}"}}
        assert f'href="{address}pages/icons.svg#check"' in look.icon("check")
        assert f'href="{address}pages/icons.svg#ok"' in badges.state(signal)
        assert sheet.render(Context()) == f"{address}pages/css/base.css"
        assert f'src="{address}pages/js/copy.js"' in look.script("pages/js/copy.js")


def test_every_icon_that_a_template_or_link_names_is_in_the_sprite() -> None:
    hub = Path(look.__file__).parent.parent.parent
    sprite = (hub / "pages" / "static" / "pages" / "icons.svg").read_text()
    there = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    from skyddsnat.hub.pages.navigation import SECTIONS

    named = {link.icon for section in SECTIONS for link in section.links} | set(look.STATE_ICONS.values())
    for path in hub.rglob("*.html"):
        named |= set(re.findall(r'{% icon "([^"]+)"', path.read_text()))
    assert named <= there, named - there
