"""Alfa's stop page, where a customer reads what happened and can complain."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import httpx

from skyddsnat.demo.places import write_private
from skyddsnat.demo.ports import free_port
from skyddsnat.demo.processes import SKYDDSNAT, Children
from skyddsnat.site.http import everybody_s
from skyddsnat.stop_page.setup import Sample, make_stop_page


@dataclass(slots=True)
class StopPage:
    """One service."""

    folder: Path
    operator: str
    hub_url: str
    token: str = field(repr=False)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where it answers; at an operator it is port 80 of an address that blocked names lead to."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, children: Children) -> None:
        """Configure and start it, and wait until it answers.  Raises ChildFailed."""
        config, token = self.folder / "stop-page.toml", self.folder / "complaints.token"
        write_private(token, self.token + "\n")
        sample = Sample(
            operator=self.operator,
            support_sv="kundservice, 020-00 00 00",
            support_en="customer service, 020-00 00 00",
            hub_url=self.hub_url,
            token_file=token,
            data_dir=self.folder / "data",
            key_file=self.folder / "queue.key",
            port=self.port,
        )
        make_stop_page(sample, config, replace=True)
        child = children.start("alfa-stop-page", [*SKYDDSNAT, "stop-page", "serve", "--config", str(config)])
        children.wait_until(child, self._answers)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_stop/healthy", verify=everybody_s(), timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False
