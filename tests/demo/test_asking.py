"""The demo tells to ask its resolvers with a program that is there."""

from __future__ import annotations

import pytest

from skyddsnat.demo.asking import ask_lines


@pytest.mark.parametrize(
    ("installed", "told"), [({"kdig", "dig"}, "kdig"), ({"dig"}, "dig"), ({"kdig"}, "kdig"), (set(), "kdig")]
)
def test_the_program_that_is_installed_is_told(installed: set[str], told: str) -> None:
    lines = ask_lines(
        "127.0.0.1",
        5300,
        lawful="lagligt.test",
        blocked="lek.example",
        which=lambda name: name if name in installed else None,
    )
    assert f"  {told} @127.0.0.1 -p 5300 lagligt.test" in lines[0]
    assert f"  {told} @127.0.0.1 -p 5300 lek.example" in lines[1]
    assert any("knot-dnsutils" in line for line in lines) is not bool(installed)
