"""The history on a signal's page: in people's words, and to each no more than is theirs to know."""

from __future__ import annotations

from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal
from skyddsnat.hub.signals.queries.history import SENTENCES, history
from tests.hub.signals.conftest import Stage


def lines(stage: Stage, signal: Signal, member: str, role: str = "analyst") -> list[tuple[str, str]]:
    """Sentence and by whom, as this person reads them."""
    return [(told.text, told.who) for told in history(stage.again(signal), stage.cast.person(member, role))]


def test_who_reported_shows_to_the_judges_and_not_to_competitors(stage: Stage) -> None:
    signal = stage.signal("alfa")
    stage.report("beta", signal.value)
    stage.approve("solros", stage.approve("vakten", signal))
    assert {"Alfa", "Beta"} <= {who for _, who in lines(stage, signal, "vakten", "reviewer")}
    for role in ("analyst", "reviewer"):
        assert not {"Alfa", "Beta"} & {who for _, who in lines(stage, signal, "gamma", role)}


def test_the_own_member_reads_its_own_report_with_the_colleagues_name(stage: Stage) -> None:
    signal = stage.signal("alfa")
    (line,) = lines(stage, signal, "alfa", "engineer")
    assert line[1] == "Alfa Analyst, Alfa"


def test_whoever_reports_again_does_not_learn_that_somebody_had_before(stage: Stage) -> None:
    signal = stage.signal("alfa")
    services.reject(stage.actor("vakten", "reviewer"), signal, reason="insufficient", now=stage.now)
    stage.later(days=1)
    again = stage.again(stage.report("beta", signal.value))
    assert len(lines(stage, again, "beta")) == 1
    assert len(lines(stage, again, "vakten", "reviewer")) == 3


def test_what_the_circle_has_seen_of_an_earlier_episode_stays_readable(stage: Stage) -> None:
    signal = stage.verified()
    services.withdraw(stage.actor("vakten", "reviewer"), signal, reason="gone", now=stage.now)
    services.withdraw(stage.actor("solros", "reviewer"), signal, reason="gone", now=stage.now)
    stage.later(days=1)
    again = stage.again(stage.report("beta", signal.value))
    assert len(lines(stage, again, "beta")) >= 4
    assert len(lines(stage, signal, "gamma")) >= 3


def test_every_kind_of_line_has_its_sentence(stage: Stage) -> None:
    import re
    from pathlib import Path

    folder = Path(services.__file__).parent
    written = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    kinds = set(re.findall(r'\bnote\(\s*(?:\w+(?:\.\w+)*,\s*)?"(\w+)"', written))
    assert {"verified", "expired", "lifted"} <= kinds
    assert kinds <= set(SENTENCES)
