"""A member hands in from its own machine: values are coded, split and sealed here, and three ciphertexts leave.

table.py, workbook.py  item and value out of CSV or XLSX      measured.py  what this agent counted itself
entries.py   values against bounds, bands and earlier values    client.py    HTTP to the hub's rounds
rounds.py    a round as the parties signed it, keys pinned       folder.py    pins, receipts, own values under the key
handing_in.py  seal, sign, send, keep the receipt               checking.py  in the published list, and is that the signed one?
position.py  the own place, opened from three sealed shares     keys.py      the member's key file
"""
