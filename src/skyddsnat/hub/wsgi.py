"""The WSGI application that granian serves; each of its processes works on imports too."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

from skyddsnat.hub.serving import load


def _start_clerk() -> None:
    """Sequence the log behind the requests of this process."""
    from django.conf import settings

    from skyddsnat.hub.audit.services.clerk import clerk

    if settings.LOG_DELAY is not None:
        clerk.start(delay=settings.LOG_DELAY)


def _start_imports() -> None:
    """Work on lists that people bring in."""
    from django.conf import settings

    from skyddsnat.hub.lists import worker

    if settings.IMPORT_WORKER:
        worker.start()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skyddsnat.hub.settings.production")
application = get_wsgi_application()
load()
_start_clerk()
_start_imports()
# What is loaded now stays until the end: the collector need not walk through it again at each large request.
gc.collect()
gc.freeze()
# A long envelope makes some ten thousand things that all live until its answer: to look through them on the way finds nothing.
gc.set_threshold(50_000, 10, 10)
