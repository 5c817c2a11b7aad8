"""What no end of a line may tear apart."""

from __future__ import annotations

from skyddsnat.hub.pages.templatetags.look import untorn


def test_dates_and_ids_in_a_text_stay_whole() -> None:
    said = untorn("Jämförs <konfidentiellt> (MET-BLK-04), 2026-08 och 2026-08-31")
    assert said == (
        'Jämförs &lt;konfidentiellt&gt; (<span class="nowrap">MET-BLK-04</span>), '
        '<span class="nowrap">2026-08</span> och <span class="nowrap">2026-08-31</span>'
    )


def test_other_hyphens_may_end_a_line() -> None:
    assert untorn("DNS-frågor 10-20") == "DNS-frågor 10-20"
