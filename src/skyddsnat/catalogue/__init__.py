"""The coalition's vocabulary as data: techniques, measures, metrics, the maturity model, knowledge, sources and exchange words.

`loading.load_catalogue()` gives the whole, checked.  The files lie in `data/`; `skyddsnat catalogue check` says what is wrong
with them.  Nothing is loaded from here: a party's worker and a stop page know a few words and read no file.
"""
