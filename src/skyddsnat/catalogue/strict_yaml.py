"""YAML read the strict way, with line numbers.

Plain YAML 1.1 has traps that have already cost this catalogue a country: a bare `NO` (Norway) reads as the boolean false.  Here
only `true` and `false` are booleans, fractions are exact decimals, nothing is a date, a key may stand once, and there are no
aliases (which could make a small file unfold into a huge one).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import yaml

from skyddsnat.catalogue.table import Scalar, Table, Value

if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 20


class YamlFault(Exception):
    """A file that cannot be read at all.  line counts from 1; got and expected are for the person who wrote it."""

    def __init__(self, *, line: int, got: str, expected: str) -> None:
        super().__init__(f"line {line}: got {got}, expected {expected}")
        self.line, self.got, self.expected = line, got, expected


class _StrictLoader(_Base):
    """PyYAML's parser with a short list of what an unquoted word may mean."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_PLAIN = {
    "bool": (r"true|false", "tf"),
    "null": (r"null|~|", ["n", "~", ""]),
    "int": (r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    "float": (r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
}
for _kind, (_pattern, _first) in _PLAIN.items():
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), list(_first))


def parse(text: str) -> Table:
    """Read one YAML document whose top is a mapping.

    Raises YamlFault with the line: not YAML, too large, a repeated key, an alias, an unknown tag or another kind of top.
    """
    if len(text) > MAX_CHARACTERS:
        raise YamlFault(line=1, got=f"{len(text)} characters", expected=f"at most {MAX_CHARACTERS}")
    loader = _StrictLoader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlFault(line=line, got=error.problem or "broken text", expected="well-formed YAML") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise YamlFault(line=1, got="text that no YAML reader takes", expected="well-formed YAML in UTF-8") from error
    finally:
        loader.dispose()
    if root is None:
        raise YamlFault(line=1, got="an empty file", expected="keys and values")
    value = _Converter().convert(root, depth=0)
    if not isinstance(value, Table):
        raise YamlFault(line=1, got="no mapping at the top", expected="keys and values")
    return value


class _Converter:
    """Turns PyYAML's nodes into plain values; sees each node once, or it is an alias."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def convert(self, node: yaml.Node, *, depth: int) -> Value:
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            raise YamlFault(line=line, got="an alias (*name)", expected="the value written out")
        if depth > MAX_DEPTH:
            raise YamlFault(line=line, got=f"more than {MAX_DEPTH} levels", expected="a flatter file")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._table(node, line=line, depth=depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, depth=depth + 1) for item in node.value]
        return _scalar(node, line=line)

    def _table(self, node: yaml.MappingNode, *, line: int, depth: int) -> Table:
        table = Table(line)
        for key_node, value_node in node.value:
            key = self.convert(key_node, depth=depth + 1)
            at = key_node.start_mark.line + 1
            if isinstance(key, bool) or not isinstance(key, str | int):
                raise YamlFault(line=at, got="a key that is neither a word nor a whole number", expected="a plain key")
            if key in table:
                raise YamlFault(line=at, got=f"the key {key!r} twice", expected="each key once")
            table[key] = self.convert(value_node, depth=depth + 1)
        return table


def _scalar(node: yaml.Node, *, line: int) -> Scalar:
    kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
    text = str(node.value)
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool" and text in {"true", "false"}:
        return text == "true"
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return Decimal(text)
    except (ValueError, ArithmeticError) as error:
        raise YamlFault(line=line, got="a number that does not read", expected="digits such as 12 or 0.25") from error
    raise YamlFault(line=line, got="an explicit tag (!)", expected="a plain value")
