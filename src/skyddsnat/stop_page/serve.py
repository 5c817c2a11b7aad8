"""The running service: sockets, the web server, counts to the disk, complaints to the hub."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import uvicorn

from skyddsnat.stop_page.admission import Bucket, Forms
from skyddsnat.stop_page.app import Service, make_app
from skyddsnat.stop_page.config import Config
from skyddsnat.stop_page.counter import Counter
from skyddsnat.stop_page.errors import StopPageError
from skyddsnat.stop_page.handover import Handover
from skyddsnat.stop_page.patience import Hasty
from skyddsnat.stop_page.queue import Queue, load_key

log = logging.getLogger("skyddsnat.stop_page")

FLUSH_SECONDS: Final = 5.0
MOST_AT_ONCE: Final = 500
LONGEST_HEAD: Final = 16_384
KEEP_ALIVE: Final = 5


def warn_of_unconfirmed(config: Config) -> None:
    """Say at start that customers are sent where nobody has tried to go."""
    if config.help_checked is None:
        lines = ", ".join(line.name for line in config.lines)
        log.warning("nobody has confirmed the help lines (%s); skyddsnat stop-page status says what to confirm", lines)


def serve(config: Config) -> None:
    """Until SIGTERM or SIGINT.  Raises StopPageError where it cannot listen, and OSError for its folder."""
    sockets = _listen(config)
    config.counts.mkdir(parents=True, exist_ok=True)
    clock = _now
    queue = Queue(config.data_dir, load_key(config.key_file), clock=clock)
    counter = Counter(config.counts, clock=clock)
    handover = Handover(config.hub, queue)
    service = Service(
        config=config,
        queue=queue,
        counter=counter,
        forms=Forms(clock=clock),
        bucket=Bucket(config.complaints_an_hour, monotonic=time.monotonic),
        clock=clock,
        wake=handover.wake,
    )
    warn_of_unconfirmed(config)
    ended = threading.Event()
    threads = [
        threading.Thread(target=handover.run, name="handover"),
        threading.Thread(target=_flush, args=(counter, ended), name="counts"),
    ]
    for thread in threads:
        thread.start()
    try:
        _server(service).run(sockets=list(sockets))
    finally:
        ended.set()
        handover.stop()
        for thread in threads:
            thread.join(timeout=config.hub.timeout_seconds + FLUSH_SECONDS)
        counter.flush()
        queue.close()


def _server(service: Service) -> uvicorn.Server:
    """Without an access log, and with nothing of its own in the answers."""
    settings = uvicorn.Config(
        make_app(service),
        http=Hasty,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=KEEP_ALIVE,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    return uvicorn.Server(settings)


def _listen(config: Config) -> Sequence[socket.socket]:
    found = []
    for address in config.listen:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            found.append(socket.create_server((address, config.port), family=family, backlog=1024))
        except OSError as error:
            for one in found:
                one.close()
            raise StopPageError(
                f"cannot listen on {address} port {config.port} ({type(error).__name__}); is the address this machine's, the "
                "port free, and CAP_NET_BIND_SERVICE given for a port below 1024?"
            ) from error
    return found


def _flush(counter: Counter, ended: threading.Event) -> None:
    while not ended.wait(FLUSH_SECONDS):
        counter.flush()


def _now() -> datetime:
    return datetime.now(UTC)
