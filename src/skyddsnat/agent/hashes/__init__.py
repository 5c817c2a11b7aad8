"""Lists of hashes to look up, on this machine alone.  Nothing here opens, decodes or keeps a picture.

list_file.py  one kind's digests with their entries, sorted, in one file that is mapped and never loaded
near.py       PDQ hashes within Hamming distance 31
keeper.py     keeps the files in step with the signed feed
lookup.py     what a digest, or a file's digests, are known as

A hash stops nothing by itself: what a member does on its own hosting is people's work (DESIGN § 5).
"""
