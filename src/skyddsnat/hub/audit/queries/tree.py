"""Roots, proofs and checkpoints, each from a few kept nodes in one question to the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from django.db.models import Q

from skyddsnat.hub.audit.models import Checkpoint, Node
from skyddsnat.protocols.log import Place, Tree


def tree() -> Tree:
    """The kept tree."""
    return Tree(_nodes)


def _nodes(places: Iterable[Place]) -> Mapping[Place, bytes]:
    wanted = Q()
    for level, some in groupby(sorted(places), key=lambda place: place.level):
        wanted |= Q(level=level, position__in=[place.position for place in some])
    if not wanted:
        return {}
    rows = Node.objects.filter(wanted).values_list("level", "position", "hash")
    return {Place(level, position): bytes(value) for level, position, value in rows}


def newest() -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()
