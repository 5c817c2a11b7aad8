"""A port that was chosen is still there when its server starts, whoever else chooses meanwhile."""

from __future__ import annotations

import socket
import subprocess
import sys

from skyddsnat.demo.ports import BLOCKS, free_port, is_free


def test_a_free_port_is_free_and_not_given_twice() -> None:
    found = [free_port() for _ in range(100)]
    assert len(set(found)) == len(found)
    assert is_free(found[-1])


def test_a_port_in_use_is_passed_over() -> None:
    taken = free_port() + 1
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as server:
            server.bind(("127.0.0.1", taken))
            assert is_free(taken) is (kind == socket.SOCK_DGRAM)
            assert taken not in {free_port() for _ in range(BLOCKS.step - 1)}


def test_another_process_chooses_elsewhere_and_no_client_is_given_such_a_port() -> None:
    mine = {free_port() for _ in range(5)}
    code = "from skyddsnat.demo.ports import free_port; print(*[free_port() for _ in range(5)])"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not mine & {*map(int, said.split())}
    with socket.create_server(("127.0.0.1", 0)) as given:
        assert given.getsockname()[1] >= BLOCKS.stop
