"""Look-ups from where customers are: a probe on another access type asks for the canaries through the resolver that it was given.

The agent and its probes share a folder, by whatever means the operator has; nothing listens and nothing connects to the agent.

question.py  the file that the agent writes: which canaries stand in the zones now
asking.py    at the probe: look-ups by the resolver that the access gives, one line a time
reports.py   at the agent: what the probes wrote, read with distrust and counted once
sharing.py   reading there, whatever lies under the name
"""
