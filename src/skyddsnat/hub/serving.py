"""Serve the hub in several processes, forked from one that has loaded all of it: each starts at once and shares its memory."""

from __future__ import annotations

from importlib import import_module

from skyddsnat.site.garbage import none_while_loading

KILL_AFTER = 8  # seconds for open requests to end after SIGTERM


def load() -> None:
    """What the first request and the first hand-in would load.  Needs Django to be set up."""
    from django.conf import settings

    from skyddsnat.catalogue.loading import load_catalogue
    from skyddsnat.policy.protect import ProtectList

    import_module(settings.ROOT_URLCONF)  # and with the routes every view
    load_catalogue()
    ProtectList.build(members_own=())


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or Ctrl-C.  threads: in each of the workers.  Needs Django to be set up."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces

    with none_while_loading():
        load()
        connections.close_all()  # a connection belongs to one process
    Granian(
        "skyddsnat.hub.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
    ).serve()
