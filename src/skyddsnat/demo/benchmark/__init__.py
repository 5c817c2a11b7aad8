"""Confidential benchmarking in the demo: three computing parties, members that hand in, and the rounds that they play.

values     invented figures, the same each time
member     a member as its agent: codes, splits, seals, hands in
parties    three `skyddsnat party run`, each with a folder of its own
programme  which rounds there are, and how each goes on
plainly    the result worked out in the clear, which only a demo can do
"""
