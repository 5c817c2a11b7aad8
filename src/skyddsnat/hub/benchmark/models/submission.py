"""What members hand in, as the hub sees it: hashes that the member signed, and three ciphertexts that it cannot open."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """An envelope of one member; the one with the largest seq counts.  envelope: canonical JSON with its signature.

    receipt: the signed answer.  measured and values are not here, and cannot be worked out from what is.
    """

    round = models.ForeignKey("benchmark.Round", on_delete=models.CASCADE, related_name="submissions")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    envelope = models.TextField()
    receipt = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["member_id", "-seq"]
        constraints = [models.UniqueConstraint(fields=["round", "member", "seq"], name="benchmark_seq_once")]

    def __str__(self) -> str:
        return f"{self.member_id} no. {self.seq} in {self.round_id}"


class ReceiptKey(models.Model):
    """A public key (hex) under which this hub has signed receipts: they stay proof when its log gets another key."""

    key = models.CharField(primary_key=True, max_length=64)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key[:12]}… since {self.since:%Y-%m-%d}"


class Ciphertext(models.Model):
    """A member's shares for one party, sealed to that party's key of the round.  Only the latest of each member is kept.

    Deleted for good when the round has been released or stopped.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="ciphertexts")
    party = models.PositiveSmallIntegerField()
    sealed = models.BinaryField(max_length=1_000_000)

    class Meta:
        ordering = ["party"]
        constraints = [models.UniqueConstraint(fields=["submission", "party"], name="benchmark_one_ciphertext")]

    def __str__(self) -> str:
        return f"for party {self.party}"
