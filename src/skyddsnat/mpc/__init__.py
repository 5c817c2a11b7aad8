"""How members' values are split, sealed, proved and computed on by three parties; knows neither the hub nor HTTP.

`shares`, `layout` and `sealing` are for everyone that hands in or opens; the rest runs in a party's worker process only.
"""
