"""Comparisons that anybody can run again: `make bench`, or `make bench ARGS='taxii agents'` for some of them.

Each prints lines of JSON with a ratio; all of one run stand in var/bench, and `python -m benchmarks.document` writes them into
docs/performance.md.  A figure here is for people to read; no test judges by a time.
"""
