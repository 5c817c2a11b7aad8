"""The whole story, played by a second demo beside the first while the other journeys went on there; and its second start."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.journeys.coalition import RunningDemo
from tests.journeys.conftest import Second, start_demo, wait_for_line

pytestmark = pytest.mark.servers


def test_a_second_demo_plays_the_whole_story_beside_the_first_and_starts_again_on_its_folder(
    demo: RunningDemo, second: Second
) -> None:
    assert second.process.wait(timeout=1200) == 0, second.said.read_text()
    lines = second.said.read_text().splitlines()
    assert not [line for line in lines if line.startswith("FAIL")]
    assert sum(line.startswith("ok ") for line in lines) >= 45
    assert httpx.get(f"{demo.base_url}/healthy/").status_code == httpx.codes.OK

    before = json.loads((second.data / "credentials.json").read_text())
    with second.said.open("w") as out:
        process = start_demo(second.data, second.port, out=out.fileno())
        wait_for_line(process, second.said, "Ctrl-C stops everything")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=180) == 0, second.said.read_text()
    assert json.loads((second.data / "credentials.json").read_text()) == before
    assert running_in(second.data) == []
    assert httpx.get(f"{demo.base_url}/healthy/").status_code == httpx.codes.OK


def running_in(folder: Path) -> list[str]:
    """Processes whose command line names the folder."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(folder) in line]
