"""Whether the files agree with each other: every id that is named exists, and two-way links agree in both directions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from skyddsnat.catalogue.exchange import EARLIER_CEILING, Exchange
from skyddsnat.catalogue.problems import Findings
from skyddsnat.catalogue.whole import Catalogue


def check_links(catalogue: Catalogue, findings: Findings) -> None:
    """Note every broken link of the catalogue."""
    links = _Links(findings)
    _techniques(catalogue, links)
    _measures(catalogue, links)
    _metrics(catalogue, links)
    _maturity(catalogue, links)
    _knowledge(catalogue, links)
    _exchange_words(catalogue, links)
    _state_machine(catalogue.exchange, links)


class _Links:
    """Notes broken links, each with a guess at what was meant."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def fault(self, file: str, subject: str, field: str, *, got: str, expected: str) -> None:
        self._findings.broken_link(file, subject, field, got=got, expected=expected)

    def known(
        self, file: str, subject: str, field: str, *, named: Iterable[str], among: Collection[str], kind: str
    ) -> None:
        """Every name of `named` must be one of `among`.  Empty names and empty tables were faults already."""
        for name in named:
            if name and among and name not in among:
                close = get_close_matches(name, list(among), n=1)
                hint = f"; did you mean {close[0]}?" if close else ""
                self.fault(file, subject, field, got=f'"{name}"', expected=f"{kind} that exists{hint}")

    def group_of_id(self, file: str, subject: str, field: str, group: str) -> None:
        """The middle part of an id such as SKM-NET-01 is its group."""
        middle = subject.split("-")[1]
        if group and middle != group:
            self.fault(file, subject, field, got=f'"{group}"', expected=f'"{middle}", the middle part of the id')


def _techniques(catalogue: Catalogue, links: _Links) -> None:
    file = "techniques.yaml"
    _one_order(file, {phase.id: phase.order for phase in catalogue.phases.values()}, links)
    for technique in catalogue.techniques.values():
        here = (file, technique.id)
        links.known(*here, "phase", named=[technique.phase], among=catalogue.phases, kind="a phase")
        links.group_of_id(*here, "phase", technique.phase)
        links.known(*here, "measures", named=technique.measures, among=catalogue.measures, kind="a measure")
        links.known(*here, "source", named=technique.sources, among=catalogue.sources, kind="a source")
        for measure in technique.measures:
            if measure in catalogue.measures and technique.id not in catalogue.measures[measure].counters:
                links.fault(
                    *here, "measures", got=measure, expected=f"{technique.id} in the counters of {measure} as well"
                )


def _measures(catalogue: Catalogue, links: _Links) -> None:
    file = "measures.yaml"
    for measure in catalogue.measures.values():
        here = (file, measure.id)
        links.known(*here, "group", named=[measure.group], among=catalogue.measure_groups, kind="a group")
        links.group_of_id(*here, "group", measure.group)
        links.known(*here, "metrics", named=measure.metrics, among=catalogue.metrics, kind="a metric")
        links.known(*here, "counters", named=measure.counters, among=catalogue.techniques, kind="a technique")
        links.known(*here, "applies_to", named=measure.applies_to, among=catalogue.services, kind="a service")
        links.known(*here, "source", named=measure.sources, among=catalogue.sources, kind="a source")
        if "all" in measure.applies_to and len(measure.applies_to) > 1:
            links.fault(*here, "applies_to", got="all beside others", expected="all alone, or the services one by one")
        for technique in measure.counters:
            if technique in catalogue.techniques and measure.id not in catalogue.techniques[technique].measures:
                links.fault(
                    *here, "counters", got=technique, expected=f"{measure.id} in the measures of {technique} as well"
                )


def _metrics(catalogue: Catalogue, links: _Links) -> None:
    file, words = "metrics.yaml", catalogue.metric_words
    followed = {metric for measure in catalogue.measures.values() for metric in measure.metrics}
    for metric in catalogue.metrics.values():
        here = (file, metric.id)
        links.known(*here, "group", named=[metric.group], among=words.groups, kind="a group")
        links.known(*here, "unit", named=[metric.unit], among=words.units, kind="a unit")
        links.known(*here, "normaliser", named=[metric.normaliser], among=words.normalisers, kind="a normaliser")
        reasons = words.competition_reasons
        links.known(*here, "competition.reason", named=[metric.competition_reason], among=reasons, kind="a reason")
        links.known(*here, "source", named=metric.sources, among=catalogue.sources, kind="a source")
        if metric.id not in followed:
            links.fault(*here, "", got="no measure with this metric", expected="at least one measure that it follows")
    links.known(file, "", "first_round", named=words.first_round, among=catalogue.metrics, kind="a metric")
    for metric_id in words.first_round:
        if metric_id in catalogue.metrics and catalogue.metrics[metric_id].competition.value == "red":
            links.fault(file, "", "first_round", got=metric_id, expected="no metric with a red competition flag")
    opened = [word for rung in words.release.ladder for word in (*rung.private, *rung.public)]
    named = [*opened, *words.release.never]
    links.known(file, "", "release", named=named, among=words.outputs, kind="an output")
    for word in sorted(set(opened) & set(words.release.never)):
        links.fault(
            file,
            "",
            "release.never",
            got=f'"{word}" in the ladder',
            expected="nothing in the ladder that is never opened",
        )


def _maturity(catalogue: Catalogue, links: _Links) -> None:
    file, model = "maturity.yaml", catalogue.maturity
    for question in model.questions.values():
        here = (file, question.id)
        links.known(*here, "area", named=[question.area], among=model.areas, kind="an area")
        if question.area and not question.id.startswith(f"MQ-{question.area}"):
            links.fault(*here, "area", got=f'"{question.area}"', expected="the letter of the id")
        links.known(*here, "measures", named=question.measures, among=catalogue.measures, kind="a measure")
        links.known(*here, "source", named=question.sources, among=catalogue.sources, kind="a source")
    asked = {question.area for question in model.questions.values()}
    for area in model.areas.keys() - asked:
        links.fault(file, area, "", got="no question", expected="at least one question in each area")


def _knowledge(catalogue: Catalogue, links: _Links) -> None:
    file = "knowledge.yaml"
    for entry in catalogue.entries.values():
        here = (file, entry.id)
        links.known(*here, "source", named=[entry.source], among=catalogue.sources, kind="a source")
        links.known(*here, "topic", named=[entry.topic], among=catalogue.topics, kind="a topic")
        links.known(*here, "country", named=[entry.country], among=catalogue.countries, kind="a country")


def _exchange_words(catalogue: Catalogue, links: _Links) -> None:
    file, exchange = "exchange.yaml", catalogue.exchange
    _one_order(file, {ceiling.id: ceiling.order for ceiling in exchange.ceilings.values()}, links)
    for kind in exchange.signal_types.values():
        links.known(file, kind.id, "who_may_verify", named=kind.who_may_verify, among=exchange.actors, kind="an actor")
    cited = [(scheme.id, scheme.source) for scheme in exchange.assessment_schemes.values()]
    cited += [(network.id, network.source) for network in exchange.networks.values()]
    cited += [(layout.id, layout.source) for layout in exchange.statistics_formats.values()]
    cited += [("", exchange.tlp_source)]
    for subject, source in cited:
        links.known(file, subject, "source", named=[source], among=catalogue.sources, kind="a source")
    report = exchange.referral_report
    metric = [report.completeness.metric]
    links.known(file, "", "referral_report.completeness", named=metric, among=catalogue.metrics, kind="a metric")
    where, statuses = "referral_report.optional_statuses", report.statuses_back
    links.known(file, "", where, named=report.optional_statuses, among=statuses, kind="a status")


def _state_machine(exchange: Exchange, links: _Links) -> None:
    file, states, rules = "exchange.yaml", exchange.states, exchange.state_rules
    for state in states.values():
        here = (file, state.id)
        if state.ceiling != EARLIER_CEILING:
            links.known(*here, "ceiling", named=[state.ceiling], among=exchange.ceilings, kind="a ceiling")
        links.known(*here, "set_by", named=state.set_by, among=exchange.actors, kind="an actor")
        links.known(*here, "origin", named=[state.origin], among=exchange.actors, kind="an actor")
        onward = exchange.transitions.get(state.id)
        if onward is None:
            links.fault(*here, "transitions", got="no line for this state", expected="a list, empty if it is final")
        elif state.final == bool(onward):
            got = f"final: {str(state.final).lower()} and {len(onward)} ways on"
            links.fault(*here, "transitions", got=got, expected="ways on exactly where the state is not final")
        links.known(*here, "transitions", named=onward or (), among=states, kind="a state")
    links.known(file, "", "transitions", named=exchange.transitions, among=states, kind="a state")
    _reachable(exchange, links)
    actors = (*rules.lift_needs, rules.provisional_lift.by, *rules.provisional_lift.tell)
    links.known(file, "", "state_rules", named=actors, among=exchange.actors, kind="an actor")
    raised, dispositions = rules.coalition_rule_raise, rules.dispute_dispositions
    links.known(
        file, "", "state_rules.coalition_rule_raise.from", named=[raised.from_state], among=states, kind="a state"
    )
    left = [raised.to_ceiling, *(ceiling for ceiling in dispositions.values() if ceiling != EARLIER_CEILING)]
    links.known(file, "", "state_rules", named=left, among=exchange.ceilings, kind="a ceiling")


def _reachable(exchange: Exchange, links: _Links) -> None:
    first = next(iter(exchange.states), None)
    reached, ahead = set[str](), [first] if first else []
    while ahead:
        state = ahead.pop()
        if state not in reached:
            reached.add(state)
            ahead.extend(exchange.transitions.get(state, ()))
    for state in exchange.states.keys() - reached:
        links.fault("exchange.yaml", state, "transitions", got=f"no way from {first}", expected="a way to every state")


def _one_order(file: str, orders: Mapping[str, int], links: _Links) -> None:
    for subject, order in orders.items():
        if list(orders.values()).count(order) > 1:
            links.fault(file, subject, "order", got=f"{order}, which another has too", expected="each order once")
