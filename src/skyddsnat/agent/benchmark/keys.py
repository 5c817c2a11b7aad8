"""The member's key file at this agent, and its passphrase: from a file that only the agent may read, or asked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import orjson

from skyddsnat.agent.config import BenchmarkConfig
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.protocols.benchmark import keyfile
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.site.files import write_private

SHORTEST: Final = 16
"""Characters of a new passphrase, as in the browser."""

type Ask = Callable[[str], str]


def open_keys(config: BenchmarkConfig, *, ask: Ask) -> MemberKeys:
    """The member's keys.  Raises AgentError."""
    if config.key_file is None:
        raise WrongUse(
            "no key_file in [benchmark], expected the key file that your benchmark lead saved from the browser; "
            'or make one with "skyddsnat agent benchmark-key"'
        )
    raw = read_private(config.key_file, what="the key file")
    try:
        thing = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise WrongUse(f"{config.key_file} was not read, expected the key file as the browser saved it") from None
    try:
        return keyfile.read(thing, passphrase(config, ask=ask))
    except BadRound as fault:
        raise AgentError(f"{config.key_file}: {fault.message}") from None


def passphrase(config: BenchmarkConfig, *, ask: Ask) -> str:
    """From passphrase_file if there is one, else asked for."""
    if config.passphrase_file is None:
        return ask("Passphrase of the benchmark key: ")
    try:
        text = read_private(config.passphrase_file, what="the passphrase file").decode("utf-8")
    except UnicodeDecodeError:
        raise WrongUse(f"{config.passphrase_file} was not read, expected one line in UTF-8") from None
    return text.rstrip("\r\n")


def create(path: Path, member: str, words: str) -> MemberKeys:
    """Make a key file.  Raises WrongUse if one is there: a key is never replaced by the way."""
    if len(words) < SHORTEST:
        raise WrongUse(f"the passphrase has {len(words)} characters, expected at least {SHORTEST}; take a sentence")
    try:
        keys = keyfile.make(member)
    except BadRound:
        raise WrongUse(f"no member is called {member[:60]!r}, expected your organisation's id at the hub") from None
    content = orjson.dumps(keyfile.document(keys, words), option=orjson.OPT_INDENT_2) + b"\n"
    try:
        write_private(path, content, replace=False)
    except FileExistsError:
        raise WrongUse(f"{path} exists; move it away yourself if you really want another key") from None
    except OSError as error:
        raise WrongUse(f"{path} cannot be written ({error.strerror}), expected a folder of the agent's") from error
    return keys


def read_private(path: Path, *, what: str) -> bytes:
    """A small file that only its owner may read.  what: it is, for the message.  Raises WrongUse."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise WrongUse(f"{path} cannot be read ({error.strerror}), expected {what}") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > keyfile.LONGEST:
            raise WrongUse(f"{path} is not {what}, expected a file of at most {keyfile.LONGEST} bytes")
        if found.st_mode & 0o077:
            mode = stat.S_IMODE(found.st_mode)
            raise WrongUse(
                f"{path} is open to others (mode {mode:o}); close it with chmod 600, and ask who may have read it"
            )
        return file.read()
