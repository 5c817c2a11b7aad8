"""What an abuse desk, a hotline and a network engineer really write: nothing here may be taken for imagery.

Each text also says whether it holds personal data, by kind.  All names are synthetic.
"""

from __future__ import annotations

import hashlib
import uuid

HASHES = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(40)]
DOMAINS = "\n".join(f"sida-{number:03d}.nät{number % 7}.example" for number in range(60))
DEFANGED = "\n".join(f"hxxps://sida-{number:03d}[.]example[.]test/mapp/{number}?vy=1&sort=asc" for number in range(40))
IDS = "\n".join(f"indicator--{uuid.uuid5(uuid.NAMESPACE_DNS, str(number))}" for number in range(20))

PROSE: dict[str, str] = {
    "a Swedish note": (
        "Vi fick in ärendet från kundtjänst i går kväll. Domänen pekar om till tre andra under samma dygn och "
        "registrerades i förrgår. Kontot är stängt hos oss, men samma mönster syns hos minst en annan leverantör. "
        "Kan någon av er se om det förekommer hos er också? Vi väntar på besked från hotline innan vi gör mer."
    ),
    "an English note": (
        "The listing came back positive, so we suspended the reseller's account at 14:05 UTC and kept the logs for the "
        "police (case reference K-4711-26). Traffic dropped within 10 minutes; see ticket INC0012345 for the timeline."
    ),
    "a list of domains": DOMAINS,
    "a list of defanged addresses": DEFANGED,
    "a few hashes": "Hashar som vi har sett (SHA-256):\n" + "\n".join(HASHES[:6]),
    "a long list of hashes": "\n".join(HASHES),
    "MD5 and SHA-1": "\n".join(hashlib.md5(str(n).encode()).hexdigest() for n in range(30)),  # noqa: S324
    "STIX identifiers": IDS,
    "a STIX pattern": "[domain-name:value = 'bad.example.test'] AND [file:hashes.'SHA-256' = '" + HASHES[0] + "']",
    "a log": "\n".join(
        f"2026-11-24T15:08:{second:02d}.723 rpz: info: client (www.nx.blocked.test): rpz QNAME NXDOMAIN rewrite "
        f"www.nx.blocked.test/A/IN via www.nx.blocked.test.rpz.skyddsnat.test"
        for second in range(20)
    ),
    "a table of counts": "vecka  träffar  unika\n"
    + "\n".join(f"{week:>5}  {week * 173:>7}  {week * 41:>5}" for week in range(1, 30)),
    "a row of weekly counts": "Träffar per vecka: " + ", ".join(str(120 + week * 7 % 40) for week in range(26)) + ".",
    "a markdown table": "| åtgärd | ägare | klart |\n|--------|-------|-------|\n"
    + "| spärra | nätdrift | 2026-12-01 |\n" * 15,
    "a ruled list": "\n".join(["=" * 70, "Möte 24 november", "=" * 70, "-" * 70, "Punkt ett: läget", "-" * 70] * 4),
    "a zone file": "\n".join(
        f"sida{number}.example.test  CNAME .\n*.sida{number}.example.test  CNAME ." for number in range(30)
    ),
    "a configuration": (
        'zone "hot.rpz.skyddsnat.example" { type secondary; primaries { agent key xfr; };\n  file "hot.db"; masterfile-format '
        "raw; request-ixfr yes;\n  allow-query { agent; }; allow-notify { agent; }; };\nlogging { channel rpz { file "
        '"rpz.log" versions 3 size 20m; print-time iso8601-utc; severity info; }; category rpz { rpz; }; };'
    ),
    "JSON": '{"state": "verified", "ceiling": "block", "counts": [12, 40, 7, 0, 3], "domains": ["a.test", "b.test"], "n": 3}',
    "a long address": "hxxps://portal[.]example[.]test/se/kundservice/stall-en-fraga-om-ditt-arende/steg-2-av-4/bekrafta-uppgifter"
    "/klart?lang=sv&utm_source=brev&utm_medium=epost&utm_campaign=host-2026&kund=ja#toppen-av-sidan",
    "a fingerprint": "Nyckeln har fingeravtrycket SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8 och gäller till mars.",
    "a certificate's fingerprint": "Fingeravtryck: "
    + ":".join(HASHES[0][start : start + 2].upper() for start in range(0, 64, 2)),
    "code": (
        "def notify(zone, host, kr=None):\n    m = dns.message.make_query(zone, 'SOA')\n    m.flags |= dns.flags.AA\n"
        "    return dns.query.udp(m, host, timeout=1).rcode()"
    ),
    "Ukrainian": "Ми отримали повідомлення вчора ввечері. Домен зареєстровано позавчора, і він перенаправляє на три інші адреси.",
    "Arabic": "وصلنا البلاغ مساء أمس. سُجّل النطاق قبل يومين ويحوّل الزوار إلى ثلاثة عناوين أخرى، وقد أغلقنا الحساب عندنا.",
    "Chinese": "我们昨晚收到了举报。该域名前天注册，并在同一天内跳转到另外三个地址。我们已经关闭了该账户，正在等待热线的答复。"
    * 4,
    "Persian with joiners": "ما گزارش را دیشب دریافت کردیم و حساب‌های مرتبط را بسته‌ایم؛ همکاران می‌توانند نتیجه را ببینند.",
    "emoji": "Bra jobbat allihop! 🎉👏🏽 Vi ses på torsdag 👨‍👩‍👧‍👦 kl. 10 ☕️",
    "identifiers in code": "getUserAccountDetailsByIdentifier2 createOrUpdateSubscriptionForMember makeDomainNameNormalForm",
    "times": "Svarstider: 12:01, 12:07, 12:15, 12:22, 12:31, 12:44, 12:50, 12:58, 13:02, 13:09, 13:15, 13:21 och 13:30.",
    "a citation": (
        "Enligt rapporten (Europol 2026, s. 41–44; jfr IWF 2025, tab. 3) flyttar mer än hälften av sidorna inom 72 timmar. "
        "Se även https://example.test/rapporter/2026/arsrapport.pdf och bilaga B."
    ),
    "steps": "\n".join(
        f"{number}. Kontrollera punkt {number} i listan och skriv ja eller nej." for number in range(1, 31)
    ),
}

WITH_PERSONAL_DATA: dict[str, tuple[str, tuple[str, ...]]] = {
    "a caller": ("Anmälaren ringde från 070-174 06 05 och vill bli uppringd.", ("phone",)),
    "a sender": ("Skickat av anna.testsson@example.test i går.", ("email",)),
    "a subscriber": ("Abonnenten är 850709-9805, se ärendet.", ("personnummer",)),
    "an address": ("Trafiken kom från 192.0.2.17 hela natten.", ("ip",)),
    "all": (
        "850769-9802, 08-123 456 78, anna (at) example.test, 2001:db8::17",
        ("samordningsnummer", "phone", "email", "ip"),
    ),
}
