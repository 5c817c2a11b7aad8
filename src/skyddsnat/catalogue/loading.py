"""Reads the catalogue's files, checks everything and hands out the one whole.  The only I/O is reading the files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from skyddsnat.catalogue.exchange import read_exchange
from skyddsnat.catalogue.knowledge import read_knowledge, read_sources
from skyddsnat.catalogue.links import check_links
from skyddsnat.catalogue.maturity import read_maturity
from skyddsnat.catalogue.measures import read_measures
from skyddsnat.catalogue.metrics import read_metrics
from skyddsnat.catalogue.problems import CatalogueError, Findings, Problem
from skyddsnat.catalogue.reader import Reader
from skyddsnat.catalogue.strict_yaml import YamlFault, parse
from skyddsnat.catalogue.table import Table
from skyddsnat.catalogue.techniques import read_techniques
from skyddsnat.catalogue.whole import Catalogue

KINDS = ("techniques", "measures", "metrics", "maturity", "knowledge", "sources", "exchange")


@cache
def load_catalogue() -> Catalogue:
    """The coalition's catalogue, read once for a process.

    Raises CatalogueError with every problem; the shipped files have none, and a test keeps it so.
    """
    catalogue, problems = read_catalogue(files("skyddsnat.catalogue").joinpath("data"))
    if problems:
        raise CatalogueError(problems)
    return catalogue


def read_catalogue(folder: Traversable) -> tuple[Catalogue, tuple[Problem, ...]]:
    """Read and check the files of a folder, whole or not.

    The catalogue is fit for use only if there are no problems: where something was wrong, a stand-in took its place.
    """
    findings = Findings()
    tables = {kind: _table(folder, f"{kind}.yaml", findings) for kind in KINDS}

    def part[Part](kind: str, read: Callable[..., Part]) -> Part:
        return _part(tables[kind], kind, read, findings)

    catalogue = Catalogue(
        technique_words=part("techniques", read_techniques),
        measure_words=part("measures", read_measures),
        metric_words=part("metrics", read_metrics),
        maturity=part("maturity", read_maturity),
        knowledge=part("knowledge", read_knowledge),
        register=part("sources", read_sources),
        exchange=part("exchange", read_exchange),
    )
    if all(table is not None for table in tables.values()):
        # With a whole file missing, every link to it would be called broken: one fault, said a hundred times.
        check_links(catalogue, findings)
    return catalogue, findings.sorted()


def _table(folder: Traversable, name: str, findings: Findings) -> Table | None:
    try:
        return parse(folder.joinpath(name).read_text(encoding="utf-8"))
    except OSError:
        findings.add(Problem(name, 0, "", "", "no file that can be read", f"a file {name} in the folder"))
    except UnicodeDecodeError:
        findings.add(Problem(name, 0, "", "", "bytes that are not UTF-8", "a text file in UTF-8"))
    except YamlFault as fault:
        findings.add(Problem(name, fault.line, "", "", fault.got, fault.expected))
    return None


def _part[Part](table: Table | None, kind: str, read: Callable[..., Part], findings: Findings) -> Part:
    if table is None:
        return read(Reader(Table(0), file="", findings=Findings()), version="")
    with Reader(table, file=f"{kind}.yaml", findings=findings) as reader:
        schema = f"skyddsnat/{kind}"
        reader.word("schema", pattern=schema, expected=schema)
        version = reader.word("version", pattern=r"[0-9]+\.[0-9]+\.[0-9]+", expected="a version such as 1.2.0")
        if kind != "sources":
            reader.word("licence")
        return read(reader, version=version)
