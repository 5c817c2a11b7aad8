"""The operator's resolvers, each kind with its own ways.  Whatever they say, the canary is the proof (agent/verify.py).

kinds.py    the kinds
control.py  the resolver's own control program, where the agent may use it
serials.py  which version of a zone a resolver holds
caches.py   forgetting cached answers for names whose blocking has changed
notified.py whether a resolver takes the agent's NOTIFY
faults.py   the usual mistakes, found one by one, with what mends each
"""
