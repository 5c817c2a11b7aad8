"""What the browser seals, Python opens, and the other way round, byte for byte; and HPKE's own vectors hold."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from playwright.sync_api import Page, Route

from skyddsnat.protocols.benchmark import canonical, coding, envelope, keyfile, own, receipt, spec_reader, statement
from skyddsnat.protocols.benchmark.envelope import Envelope
from skyddsnat.protocols.benchmark.field import from_bytes, put_together
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.protocols.benchmark.signing import public_hex
from skyddsnat.protocols.benchmark.statement import Kind, Statement
from tests.hub.benchmark.sealing import sealing_page
from tests.rounds import PARTIES, dealt, opening_key, signing_key, specification

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("sealing")]

SCRIPT = Path("src/skyddsnat/hub/benchmark/static/benchmark/sealing.js")
SOURCES = Path("src/skyddsnat/hub/benchmark/browser")
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
SPEC = specification(("MET-BLK-05", "MET-LST-03", "MET-BLK-01", "MET-BLK-01.amount", "MQ-A1"))
ROUND_KEYS = [X25519PrivateKey.from_private_bytes(sha256(f"round {party}".encode()).digest()) for party in range(3)]
SEED = bytes(range(32))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    yield from sealing_page()


def approvals() -> list[dict[str, Any]]:
    return [
        statement.sign(
            Statement(
                Kind.APPROVAL,
                SPEC.round,
                SPEC.sha256,
                party,
                {
                    "round_key": key.public_key().public_bytes_raw().hex(),
                    "certificate": "-----BEGIN CERTIFICATE-----",
                    "address": "127.0.0.1:7000",
                    "program": "0.2.0+abc",
                },
            ),
            signing_key(PARTIES[party]),
        ).document()
        for party, key in enumerate(ROUND_KEYS)
    ]


def keys_of_the_seed(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        "async () => { const k = await s.keys.keysOf(seed);"
        " return {signing: k.signingKey, opening: k.openingKey, secret: s.hex(k.opening)} }"
    )
    return found


def test_hpke_opens_the_vector_of_rfc_9180(page: Page) -> None:
    """RFC 9180, A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0."""
    opened = page.evaluate("""async () => {
        const b = s.unhex;
        const key = b("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
        const {suite} = s.hpke;
        const context = await suite.createRecipientContext({
            recipientKey: await suite.kem.importKey("raw", key, false),
            enc: b("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
            info: b("4f6465206f6e2061204772656369616e2055726e"),
        });
        const opened = await context.open(
            b("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"),
            b("436f756e742d30"));
        return s.hex(new Uint8Array(opened));
    }""")  # fmt: skip
    assert bytes.fromhex(opened) == b"Beauty is truth, truth beauty"


def test_what_the_browser_hands_in_is_what_python_reads(page: Page) -> None:
    mine = keys_of_the_seed(page)
    raw = json.loads(SPEC.raw)
    raw["members"][0] |= {"signing_key": mine["signing"], "opening_key": mine["opening"]}
    text = canonical.dumps(raw).decode()
    spec = spec_reader.read(text.encode())
    values = {
        "MET-BLK-05": "97.3",
        "MET-LST-03": "24",
        "MET-BLK-01": None,
        "MET-BLK-01.amount": "1234567",
        "MQ-A1": "2",
    }
    wire = page.evaluate(
        """async ([text, keys, values]) => s.makeSubmission({
            specification: await spec(text), keys: await s.keys.keysOf(seed), member: "alfa", seq: 3, parties: keys.map(s.unhex),
            values: new Map(Object.entries(values).map(([id, v]) => [id, v === null ? null : s.coding.number(v)])),
            measured: new Set(["MET-BLK-05", "MET-BLK-01"]),
        })""",
        [text, [key.public_key().public_bytes_raw().hex() for key in ROUND_KEYS], values],
    )  # fmt: skip
    signed, sealed = envelope.read_submission(wire)
    signed.check(spec)
    assert (signed.envelope.member, signed.envelope.seq) == ("alfa", 3)
    assert {len(each) for each in sealed} == {envelope.ciphertext_size(spec)}
    shares = [
        from_bytes(
            SUITE.decrypt(
                raw,
                key,
                info=f"skyddsnat/bench/v1|spec={spec.sha256}|round={spec.round}|member=alfa|seq=3|party={party}".encode(),
            )
        )
        for party, (raw, key) in enumerate(zip(sealed, ROUND_KEYS, strict=True))
    ]
    clear = [put_together(three) for three in zip(*shares, strict=True)]
    coded = [None if (v := values[item.id]) is None else coding.encode(item, coding.value(v)) for item in spec.items]
    bits = [
        [
            (number >> at) & 1
            for item, value in zip(spec.items, coded, strict=True)
            for at in range(item.bits)
            for number in [(value or 0) if straight else item.max - (value or 0)]
        ]
        for straight in (True, False)
    ]
    present = [int(value is not None) for value in coded]
    assert clear == [
        *(value or 0 for value in coded),
        *present,
        *(int(p and item.id == "MET-BLK-05") for p, item in zip(present, spec.items, strict=True)),
        *bits[0],
        *bits[1],
    ]
    assert len(set(map(str, shares))) == 3


def test_no_share_says_anything_of_the_value(page: Page) -> None:
    """Two submissions of the same values have no element in common."""
    made = page.evaluate("() => [1, 2].map(() => s.shares.split([5n, 5n, 0n, 1n]).map(s.hex))")
    for first, second in zip(*made, strict=True):
        assert {first[at : at + 24] for at in range(0, 96, 24)}.isdisjoint(
            {second[at : at + 24] for at in range(0, 96, 24)}
        )
    fixed = page.evaluate("() => s.shares.split([5n, 0n], [7n, 2n ** 88n]).map(s.hex)")
    assert [from_bytes(bytes.fromhex(each)) for each in fixed] == [
        [12, 2**88], [19, (2 * 2**88) % (2**89 - 1)], [26, (3 * 2**88) % (2**89 - 1)]
    ]  # fmt: skip


def test_the_own_place_is_opened_and_a_lie_is_seen(page: Page) -> None:
    values = {"MET-BLK-05/third": 2, "MET-BLK-05/below": 3, "MET-BLK-05/above": 1}
    rng = random.Random(1)
    owner = X25519PublicKey.from_public_bytes(bytes.fromhex(keys_of_the_seed(page)["opening"]))

    def sealed(parts: list[dict[str, str]], member: str = "alfa") -> list[str]:
        return [
            base64.b64encode(
                SUITE.encrypt(
                    canonical.dumps({"values": part}),
                    owner,
                    info=f"skyddsnat/bench/v1|position|spec={SPEC.sha256}|round={SPEC.round}|member={member}|party={party}".encode(),
                )
            ).decode()
            for party, part in enumerate(parts)
        ]

    def opened(sealed: list[str]) -> Any:
        return page.evaluate(
            """async ([text, sealed]) => {
                const keys = await s.keys.keysOf(seed);
                try {
                    const specification = await spec(text);
                    return Object.fromEntries(await s.openPosition({specification, keys, member: "alfa", sealed}));
                } catch (fault) { return String(fault) }
            }""",
            [SPEC.raw.decode(), sealed],
        )  # fmt: skip

    assert opened(sealed(dealt(values, rng))) == values
    lying = dealt(values, rng)
    lying[1]["MET-BLK-05/third"] = "5"
    assert "not_on_a_line" in opened(sealed(lying))
    assert "Error" in opened(sealed(dealt(values, rng), member="beta"))


def test_the_parties_keys_are_taken_only_with_their_signature(page: Page) -> None:
    def taken(said: list[dict[str, Any]]) -> Any:
        return page.evaluate(
            "async ([text, said]) => { try { return (await s.roundKeys(await spec(text), said)).map(s.hex) }"
            " catch (fault) { return String(fault) } }",
            [SPEC.raw.decode(), said],
        )

    good = approvals()
    assert taken(good) == [key.public_key().public_bytes_raw().hex() for key in ROUND_KEYS]
    swapped = json.loads(json.dumps(good))
    swapped[1]["statement"]["body"]["round_key"] = "0" * 64
    assert "bad_signature" in taken(swapped)
    assert "no_key" in taken(good[:2])
    other = json.loads(json.dumps(good))
    other[0]["statement"]["spec"] = "0" * 64
    assert "other_round" in taken(other)


def test_a_key_file_opens_with_its_passphrase_alone(page: Page) -> None:
    found = page.evaluate("""async () => {
        const file = await s.keys.keyFile("alfa", seed, "en lång och trygg mening");
        const again = await s.keys.openKeyFile(JSON.parse(JSON.stringify(file)), "en lång och trygg mening");
        let wrong = "";
        try { await s.keys.openKeyFile(file, "en annan mening") } catch (fault) { wrong = fault.message }
        return {file: JSON.stringify(file), same: s.hex(again.seed), wrong};
    }""")
    assert bytes.fromhex(found["same"]) == SEED
    assert found["wrong"] == "wrong_passphrase"
    assert SEED.hex() not in found["file"]
    assert base64.b64encode(SEED).decode() not in found["file"]
    assert opening_key("alfa").public_key().public_bytes_raw().hex() not in found["file"]


def test_a_key_file_goes_from_the_browser_to_the_agent_and_back(page: Page) -> None:
    words = "en lång och trygg mening"
    made = page.evaluate(
        f"async () => JSON.stringify(await s.keys.keyFile('alfa', seed, {json.dumps(words)}), null, 2)"
    )
    keys = keyfile.read(json.loads(made), words)
    assert keys == MemberKeys("alfa", SEED)
    ours = keyfile.document(keys, words.replace("å", "a\u030a"))
    assert {**ours, "salt": "", "sealed": ""} == {**json.loads(made), "salt": "", "sealed": ""}
    again = page.evaluate(
        """async ([file, words]) => {
            const { seed, keys } = await s.keys.openKeyFile(file, words);
            return [seed, keys.opening].map(s.hex).concat(keys.signingKey, keys.openingKey);
        }""",
        [ours, words],
    )  # fmt: skip
    assert again == [SEED.hex(), keys.opening.private_bytes_raw().hex(), keys.signing_key, keys.opening_key]


def test_an_answer_of_the_self_assessment_is_sealed_alike_in_both_languages(page: Page) -> None:
    def source(route: Route) -> None:
        path = SOURCES / route.request.url.removeprefix("https://sealing.test/browser/")
        route.fulfill(path=path, content_type="text/javascript")

    page.route("https://sealing.test/browser/**", source)
    answer = {"level": 2, "na": False, "reason": "", "comment": "åäö " * 300, "evidence": {"title": "Rutin"}}
    keys = MemberKeys("alfa", SEED)
    made = own.seal_answer(keys, 2026, "MQ-A1", answer)
    opened, theirs = page.evaluate(
        """async ([sealed, answer]) => {
            const { openAnswer, sealAnswer } = await import("https://sealing.test/browser/page/answers.js");
            const raw = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveKey"]);
            const way = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: s.utf8("skyddsnat/bench/own/v1") };
            const use = ["encrypt", "decrypt"];
            const locker = await crypto.subtle.deriveKey(way, raw, { name: "AES-GCM", length: 256 }, false, use);
            return [await openAnswer(locker, 2026, "MQ-A1", sealed), await sealAnswer(locker, 2026, "MQ-A1", answer)];
        }""",
        [made, answer],
    )  # fmt: skip
    assert opened == answer
    assert own.open_answer(keys, 2026, "MQ-A1", theirs) == answer
    assert len(made) == len(theirs)


def test_a_receipt_is_believed_only_under_the_hubs_key_and_for_this_submission(page: Page) -> None:
    hub = signing_key("navet")
    made = Envelope(SPEC.round, SPEC.sha256, "alfa", 2, ("0" * 64, "1" * 64, "2" * 64))
    good = receipt.sign(made, at=datetime(2026, 11, 28, tzinfo=UTC), entry=9, key=hub).wire()

    def checked(body: dict[str, Any], key: str = public_hex(hub), envelope: dict[str, Any] | None = None) -> str:
        found: str = page.evaluate(
            "async ([body, key, envelope]) => { try { await s.receipts.checkReceipt(body, key, envelope); return 'good' }"
            " catch (fault) { return fault.message } }",
            [body, key, envelope or made.document()],
        )
        return found

    assert checked(good) == "good"
    assert checked(good, public_hex(signing_key("alfa"))) == "bad_receipt"
    assert checked({**good, "receipt": {**good["receipt"], "seq": 1}}) == "bad_receipt"
    assert checked(good, envelope={**made.document(), "seq": 3}) == "bad_receipt"
    assert checked(good, envelope={**made.document(), "sealed": ["3" * 64] * 3}) == "bad_receipt"


def test_a_list_without_the_own_submission_is_seen(page: Page) -> None:
    made = Envelope(SPEC.round, SPEC.sha256, "alfa", 2, ("0" * 64, "1" * 64, "2" * 64)).document()
    kept = {"receipt": made}
    lists = [
        [{"envelope": made}],
        [{"envelope": {**made, "seq": 3, "sealed": ["4" * 64] * 3}}],
        [{"envelope": {**made, "seq": 1}}],
        [{"envelope": {**made, "sealed": ["4" * 64] * 3}}],
        [{"envelope": {**made, "member": "beta"}}],
        [],
    ]
    found = page.evaluate("([lists, kept]) => lists.map((list) => s.receipts.holds(list, kept))", [lists, kept])
    assert found == [True, True, False, False, False, False]
