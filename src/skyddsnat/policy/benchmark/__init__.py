"""What may be compared, when, between whom, and what of it may be opened (DESIGN § 6; reference: confidential benchmarking)."""
