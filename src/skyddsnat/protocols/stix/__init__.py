"""STIX 2.1 as Skyddsnät speaks it: templates for what we say, a strict reader for what we take.  No STIX library at run time.

emit.py         a published signal, or a member's own report, as an indicator
feedback.py     sightings and opinions
markings.py     TLP 2.0
extension.py    our property extension and its definition
pattern.py      patterns of one comparison
accept.py       what we take from members' machines and files
screen.py       nothing that carries a file
identifiers.py  ids that are worked out, never drawn
moments.py      times on the wire
"""

from skyddsnat.protocols.stix.accept import BadObject, Incoming, read_indicator, unchecked
from skyddsnat.protocols.stix.emit import (
    SERVED_MARKINGS,
    SignalFacts,
    SubmissionFacts,
    base_objects,
    identity,
    indicator,
    indicator_id,
    submission_indicator,
    version_us,
)
from skyddsnat.protocols.stix.extension import EXTENSION_ID, extension_definition, project_identity, properties_of
from skyddsnat.protocols.stix.feedback import OPINIONS, OpinionFacts, SightingFacts, opinion, sighting
from skyddsnat.protocols.stix.identifiers import STIX_ID, Issuer, signal_uuid
from skyddsnat.protocols.stix.markings import MARKING_IDS, marking_definition
from skyddsnat.protocols.stix.moments import (
    BadMoment,
    from_us,
    next_version,
    position_time,
    read_moment,
    stix_time,
    stix_time_us,
    to_us,
)
from skyddsnat.protocols.stix.pattern import (
    STIX_PATTERN,
    TERM_PATTERN,
    BadPattern,
    Compared,
    read_pattern,
    write_pattern,
)

__all__ = [
    "EXTENSION_ID",
    "MARKING_IDS",
    "OPINIONS",
    "SERVED_MARKINGS",
    "STIX_ID",
    "STIX_PATTERN",
    "TERM_PATTERN",
    "BadMoment",
    "BadObject",
    "BadPattern",
    "Compared",
    "Incoming",
    "Issuer",
    "OpinionFacts",
    "SightingFacts",
    "SignalFacts",
    "SubmissionFacts",
    "base_objects",
    "extension_definition",
    "from_us",
    "identity",
    "indicator",
    "indicator_id",
    "marking_definition",
    "next_version",
    "opinion",
    "position_time",
    "project_identity",
    "properties_of",
    "read_indicator",
    "read_moment",
    "read_pattern",
    "sighting",
    "signal_uuid",
    "stix_time",
    "stix_time_us",
    "submission_indicator",
    "to_us",
    "unchecked",
    "version_us",
    "write_pattern",
]
