"""The operator's program: takes the verified feed, guards it, puts it into the operator's resolvers and proves that it works.

It reaches out only, never imports the hub, and knows it only by the bytes of `protocols`.  Start with docs/agent.md.

config/       agent.toml, read strictly           client.py    HTTP to the hub; answers.py bounds what comes back
feed.py       pull, check, store                  state/       state.sqlite: feed, lists, zones, notes
plan.py       compile, compare, ask the guards    enforce.py   carry it out, or hold and say so
publish.py    file, DNS UPDATE, NOTIFY            primaries/   the servers that take it
verify.py     canaries at every resolver          looks.py     what follows from a look
proof.py      time to block and to lift           decisions.py approve, reject, rollback, unblock, rejoin
witness.py    the hub's log, watched              report.py    health to the hub
assembly.py   the parts put together              loop.py      all of it, for ever
outputs/      other forms of the same list        hashes/      hashes to look up
counting/     what the list did, from logs        benchmark/   rounds, handed in from here
"""
