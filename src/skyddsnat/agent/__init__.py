"""The operator's program: takes the verified feed, guards it, puts it into the operator's resolvers and proves that it works.

It reaches out only, never imports the hub, and knows it only by the bytes of `protocols`.  Start with docs/agent.md.

config.py     agent.toml, read strictly           client.py    HTTP to the hub
feed.py       pull, check, store                  store.py     state.sqlite, and lists.py, zones.py beside it
cycle.py      compile, guard, decide              publish.py   file, DNS UPDATE, NOTIFY
verify.py     canaries at every resolver          decisions.py approve, reject, rollback, unblock
loop.py       all of it, for ever                 report.py    health to the hub
"""
