"""Files of secrets: nobody else has them open, whatever was laid beside them beforehand."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from skyddsnat.site.files import write_private


@pytest.mark.parametrize("replace", [True, False])
def test_a_secret_is_never_written_into_a_file_that_somebody_laid_there(tmp_path: Path, replace: bool) -> None:
    path, laid = tmp_path / "key", tmp_path / "key.new"
    laid.touch()
    laid.chmod(0o666)
    with laid.open("rb") as reader:
        write_private(path, b"secret", replace=replace)
        assert reader.read() == b""
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"secret", 0o600)
    assert sorted(os.listdir(tmp_path)) == ["key"]


def test_what_is_there_stays_where_it_is_not_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_private(path, b"first", replace=False)
    with pytest.raises(FileExistsError):
        write_private(path, b"second", replace=False)
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"first", ["key"])
