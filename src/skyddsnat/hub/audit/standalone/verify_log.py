#!/usr/bin/env python3
"""Check a log of Skyddsnät with nothing of Skyddsnät: Python 3.10 or later and the package `cryptography`.

    python3 verify_log.py log.jsonl --key 'NAME+ID+KEY'      a whole export (skyddsnat hub audit export)
    python3 verify_log.py proof.json --key 'NAME+ID+KEY'     one entry's proof, as the log's page gives it out

The key is the log's public key.  Take it from someone other than whoever gave you the file: the coordinator's paper, an agent's
agent.toml, another member.  Without --key the file's own key is used, which proves only that the file fits itself.

Exit codes: 0 all fits, 1 something does not (the first of it is named), 2 wrong use.
What is checked, and how: docs/security/log.md, RFC 6962, RFC 9162 (2.1.3.2), https://c2sp.org/signed-note, /tlog-checkpoint and
/tlog-cosignature.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    """Something does not fit."""


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(text):
    return sha256(b"\x00" + text)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


class Edge:
    """The right edge of the tree: the roots of its complete subtrees, largest first."""

    def __init__(self):
        self.size, self.hashes = 0, []

    def append(self, leaf):
        self.hashes.append(leaf)
        rest = self.size
        while rest & 1:
            right, left = self.hashes.pop(), self.hashes.pop()
            self.hashes.append(node_hash(left, right))
            rest >>= 1
        self.size += 1

    def root(self):
        if not self.hashes:
            return sha256(b"")
        whole = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            whole = node_hash(left, whole)
        return whole


def read_key(text):
    """NAME+ID+BASE64 as (name, algorithm, key id, public key)."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = base64.b64decode(encoded, validate=True)
    if len(raw) != 33 or sha256(name.encode() + b"\n" + raw)[:4].hex() != key_id:
        raise Wrong("the key is not an exact copy: its id does not fit")
    return name, raw[0], sha256(name.encode() + b"\n" + raw)[:4], Ed25519PublicKey.from_public_bytes(raw[1:])


def signatures(note, key):
    """The note's text, and the signatures in it that claim to be the key's."""
    name, _, key_id, _ = key
    text, empty, lines = note.rpartition("\n\n")
    if not empty:
        raise Wrong("a note has no empty line between text and signatures")
    found = []
    for line in lines.splitlines():
        dash, who, value = line.split(" ")
        raw = base64.b64decode(value, validate=True)
        if dash == "\u2014" and who == name and raw[:4] == key_id:
            found.append(raw[4:])
    return text + "\n", found


def is_signed(key, signature, message):
    try:
        key[3].verify(signature, message)
    except InvalidSignature:
        return False
    return True


def read_checkpoint(note, key):
    """(size, root) of a checkpoint that the key has signed."""
    text, found = signatures(note, key)
    if not found or not all(is_signed(key, one, text.encode()) for one in found):
        raise Wrong("a checkpoint is not signed by the log's key")
    origin, size, root, rest = text.split("\n", 3)
    if origin != key[0] or rest:
        raise Wrong(f"a checkpoint is of the log {origin}, expected {key[0]}")
    return int(size), base64.b64decode(root, validate=True)


def check_details(entry, number):
    """Details and salt, where the export has them, give the commitment in the text."""
    if "salt" not in entry:
        if "details" in entry:
            raise Wrong(f"entry {number}: details stand there without the salt that would prove them")
        return
    said = json.dumps(entry["details"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    made = hmac.new(bytes.fromhex(entry["salt"]), said.encode(), "sha256").hexdigest()
    if made != json.loads(entry["text"].split("\n")[1])["personal"]:
        raise Wrong(f"entry {number}: the personal details are not those that were committed to")


def check_export(lines, key_text):
    """A whole export."""
    header = json.loads(next(lines))
    if not isinstance(header, dict) or header.get("format") != "skyddsnat/log-export/1":
        raise Wrong("the first line is not the head of an export")
    key = read_key(key_text or header["key"])
    edge, roots, signed, cosigned = Edge(), {0: sha256(b"")}, {}, []
    checkpoints, named = {}, set()
    for line in lines:
        found = json.loads(line)
        if "entry" in found:
            if found["entry"] != edge.size:
                raise Wrong(f"entry {edge.size} is missing; entry {found['entry']} stands in its place")
            check_details(found, edge.size)
            edge.append(leaf_hash(found["text"].encode("utf-8", "surrogatepass")))
            roots[edge.size] = edge.root()
            named |= named_by(found["text"])
        elif "checkpoint" in found:
            size, root = read_checkpoint(found["checkpoint"], key)
            signed[size], checkpoints[size] = root, found["checkpoint"]
        elif "witness" in found:
            cosigned.append(found["witness"])
    good = 0
    for size in sorted(signed):
        if size > edge.size:
            raise Wrong(f"a checkpoint of {size} entries is signed, and only {edge.size} are there")
        if signed[size] != roots[size]:
            raise Wrong(f"one of the entries {good} to {size - 1} is not what was signed")
        good = size
    if edge.size != header["size"]:
        raise Wrong(f"the export says that it has {header['size']} entries, and {edge.size} are there")
    if good != edge.size:
        raise Wrong(f"the entries from {good} on are not signed")
    for witness in cosigned:
        check_cosignature(witness, checkpoints)
    who = ", ".join(said_of(one, named) for one in cosigned) or "nobody"
    print(f"{edge.size} entries fit {len(signed)} signed checkpoints; root {roots[good].hex()}")
    print(f"cosigned by: {who}")


def named_by(text):
    """The key that an entry names as a member's witness: (member, key id in hex); nothing for any other entry."""
    said = json.loads(text.split("\n")[1])
    return {(said["member"], said["facts"].get("key"))} if said["action"] == "witness.appeared" else set()


def said_of(witness, named):
    """Whose cosignature it is said to be; the export's word alone, until the log names the key."""
    known = (witness["member"], read_key(witness["key"])[2].hex()) in named
    return (
        f"{witness['member']} ({witness['size']}{'' if known else '; by a key that these entries do not name as its'})"
    )


def check_cosignature(witness, checkpoints):
    key = read_key(witness["key"])
    note = checkpoints.get(witness["size"])
    if note is None:
        raise Wrong(f"the witness {witness['member']} has cosigned a checkpoint that is not in the export")
    body = note.rpartition("\n\n")[0] + "\n"
    _, found = signatures(f"{body}\n{witness['line']}", key)
    if len(found) != 1 or key[1] != 4:
        raise Wrong(f"the cosignature of {witness['member']} cannot be read")
    seconds = int.from_bytes(found[0][:8], "big")
    if not is_signed(key, found[0][8:], f"cosignature/v1\ntime {seconds}\n{body}".encode()):
        raise Wrong(f"the cosignature of {witness['member']} does not fit its checkpoint")


def check_proof(document, key_text):
    """One entry's proof (RFC 9162, 2.1.3.2)."""
    key = read_key(key_text or document["key"])
    size, root = read_checkpoint(document["checkpoint"], key)
    index, r = document["entry"], leaf_hash(document["text"].encode("utf-8", "surrogatepass"))
    check_details(document, index)
    fn, sn = index, size - 1
    if not 0 <= index < size:
        raise Wrong("the entry is not in the checkpoint")
    for step in document["proof"]:
        p = base64.b64decode(step, validate=True)
        if sn == 0:
            raise Wrong("the proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or r != root:
        raise Wrong(f"entry {index} is not what was signed")
    print(f"entry {index} stands in the log of {size} entries:")
    print(document["text"].split("\n")[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="log.jsonl or a proof")
    parser.add_argument("--key", default="", help="the log's public key, from someone other than the file's giver")
    asked = parser.parse_args()
    if not asked.key:
        print("no --key: the file's own key is used, so this only shows that the file fits itself", file=sys.stderr)
    try:
        with open(asked.file, encoding="utf-8", errors="surrogatepass") as file:
            first = file.readline()
            file.seek(0)
            if '"skyddsnat/log-proof/1"' in first:
                check_proof(json.load(file), asked.key)
            else:
                check_export(iter(file.readline, ""), asked.key)
    except OSError as error:
        print(f"{asked.file}: {error.strerror}", file=sys.stderr)
        return 2
    except Wrong as wrong:
        print(f"DOES NOT FIT: {wrong}")
        return 1
    except (ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
        print(f"DOES NOT FIT: the file is not in the form of an export or a proof ({type(error).__name__})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
