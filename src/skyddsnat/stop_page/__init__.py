"""The page that a customer meets in place of a blocked address, and the way to complain.

app.py       what is answered           page.py, texts.py, help_lines.py   what it says
queue.py     complaints on disk          handover.py   from there to the hub
counter.py   how often, by the hour      admission.py  how many complaints at once
serve.py     the running service         blind.py      what of a request is never seen
patience.py  how long a connection may be silent
"""
