"""A party's part in one round, step by step.  Each step looks at the evidence, does what is next, and may be repeated.

proceeding.py  what is next
standing.py    a round as one step sees it: its evidence, and what this party has said and is to say
approving.py   before the deadline: a person's yes or no, and the three approvals
rooting.py     the closed list and its root
attempting.py  attempts, until this party's output is stored and signed
ending.py      the result, or another end; what is forgotten

What is said is stored before it is sent, so that a crash at any point says nothing twice and nothing else.
"""
