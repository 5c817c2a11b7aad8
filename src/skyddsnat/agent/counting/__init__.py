"""Counting what the list did, from the resolvers' own logs (docs/operator/counting.md).

settings.py  [count] of agent.toml              formats.py   a line of each resolver's log
times.py     the times that logs write          files.py     logs as they lie: live, rotated, compressed
collect.py   logs to tallies; clients end here  dnstap.py    denominators from dnstap
counters.py  what resolvers count themselves    plan.py      the counting itself, for any engine
engine.py    DuckDB, in memory alone            store.py     counted days, without a client in them
days.py      one run over all logs              figures.py   a month's figures, suppressed and rounded
panel.py     the fixed-panel index              panel_store.py   what is kept for it

A client's address lives in memory, in `collect.py`, until it has become a token under a key of the day, which lives in
memory too.  Neither is ever written anywhere.
"""
