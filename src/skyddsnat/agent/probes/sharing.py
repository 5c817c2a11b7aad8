"""Reading in a folder that others write to: what lies under a name there may be a pipe, a folder or without an end."""

from __future__ import annotations

import os
from pathlib import Path


def newest(path: Path, most: int) -> bytes:
    """The last bytes of a file, at most so many.  Never waits for a writer.  Raises OSError for what is no file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        os.lseek(descriptor, max(0, os.lseek(descriptor, 0, os.SEEK_END) - most), os.SEEK_SET)
        return os.read(descriptor, most)
    finally:
        os.close(descriptor)
