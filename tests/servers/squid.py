"""A real Squid on loopback before a web server that answers everything."""

from __future__ import annotations

import http.client
import socket
import subprocess
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from skyddsnat.demo.ports import free_port
from tests.servers.processes import await_ready, stop, which
from tests.servers.web import WebServer

_CONFIG = """http_port 127.0.0.1:{port}
pid_filename none
access_log none
cache_log /dev/null
cache deny all
coredump_dir none
hosts_file {hosts}
dns_nameservers 127.0.0.1
visible_hostname proxy.test
pinger_enable off
shutdown_lifetime 0 seconds
{snippet}
http_access allow all
"""


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@dataclass(slots=True)
class Squid:
    """One proxy, and the port of the web server behind it."""

    port: int
    web: WebServer
    folder: Path
    snippet: str
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, folder: Path, *, names: list[str], snippet: str) -> Squid:
        """Choose ports; does not start the proxy.  names: hosts that resolve to the web server."""
        folder.mkdir(parents=True, exist_ok=True)
        web = WebServer(("127.0.0.1", 0), _Pages)
        threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        (folder / "hosts").write_text(f"127.0.0.1 {' '.join(names)}\n")
        return cls(free_port(), web, folder, snippet)

    @property
    def web_port(self) -> int:
        return int(self.web.server_address[1])

    def start(self) -> Squid:
        config, log = self.folder / "squid.conf", self.folder / "squid.log"
        config.write_text(_CONFIG.format(port=self.port, hosts=self.folder / "hosts", snippet=self.snippet))
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [which("squid"), "-N", "-d", "1", "-f", str(config)], stdout=out, stderr=out
            )
        await_ready(self.process, self._listens, log=log)
        return self

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)
            self.process = None
        self.web.shutdown()
        self.web.server_close()

    def status(self, url: str) -> int:
        """What a browser behind the proxy gets, the URL sent as it is spelt here."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.putrequest("GET", url, skip_host=True, skip_accept_encoding=True)
            line.putheader("Host", url.split("/")[2])
            line.endheaders()
            return line.getresponse().status
        finally:
            line.close()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
