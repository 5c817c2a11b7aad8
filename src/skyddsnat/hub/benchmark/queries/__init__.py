"""Reads of confidential benchmarking.  Reads of rounds start at `Round.objects.visible_to` or `of_member`."""
