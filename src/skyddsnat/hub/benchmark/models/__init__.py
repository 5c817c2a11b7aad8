"""Confidential benchmarking as the hub holds it: keys, groups, rounds, sealed submissions, what parties say, the transcript."""

from skyddsnat.hub.benchmark.models.group import PeerGroup, PeerGroupMember
from skyddsnat.hub.benchmark.models.keys import BenchmarkKey
from skyddsnat.hub.benchmark.models.round import Round, RoundMember, RoundParty, SignOff
from skyddsnat.hub.benchmark.models.submission import Ciphertext, ReceiptKey, Submission
from skyddsnat.hub.benchmark.models.transcript import Statement, TranscriptEntry

__all__ = [
    "BenchmarkKey",
    "Ciphertext",
    "PeerGroup",
    "PeerGroupMember",
    "ReceiptKey",
    "Round",
    "RoundMember",
    "RoundParty",
    "SignOff",
    "Statement",
    "Submission",
    "TranscriptEntry",
]
