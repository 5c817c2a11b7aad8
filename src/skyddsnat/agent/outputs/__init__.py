"""The list in force for what is no resolver with policy zones: a front-end, a proxy, a hosts file, a program of the operator's.

formats.py  one compiled list as text or JSON: what each form can carry, and what it must leave out
cdb.py      the constant database that dnsdist reads
keeper.py   keeps the files in step with the list in force
samples.py  what belongs into dnsdist's and Squid's own configuration

A URL stands only where URLs can be told apart; it never becomes its domain.
"""
