"""TLP 2.0 as STIX marking-definitions (FIRST 2022; ids and form as published by OASIS)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from skyddsnat.policy.vocabulary import Marking

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

MARKING_IDS: Final[dict[Marking, str]] = {
    Marking.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Marking.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Marking.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Marking.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Marking.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
TLP_1_IDS: Final[dict[str, Marking]] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Marking.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Marking.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Marking.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Marking.RED,
}
"""The markings that STIX 2.1 has built in; still what many clients send."""

_BY_ID: Final = {stix_id: marking for marking, stix_id in MARKING_IDS.items()} | TLP_1_IDS
_ORDER: Final = list(Marking)


def marking_definition(marking: Marking) -> dict[str, Any]:
    """The object that a reference points at; a client that never saw it drops the reference."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": MARKING_IDS[marking],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{marking.value}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": marking.value.lower()}},
    }


def read_marking(refs: Iterable[object]) -> Marking | None:
    """The narrowest TLP among the references; None if one of them is not TLP, for we cannot honour what we do not know."""
    found = [_BY_ID.get(ref) if isinstance(ref, str) else None for ref in refs]
    if not found or None in found:
        return None
    return max((marking for marking in found if marking is not None), key=_ORDER.index)
