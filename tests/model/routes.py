"""Every route of the hub, and who may do what there: the model that the machine tries (docs/security/access.md).

A new route gets one line here.  Nothing is taken from the hub's own code: this is the rule, written a second time.
"""

from __future__ import annotations

from skyddsnat.policy.vocabulary import Role, TokenScope
from tests.model.table import BOTH, GET, POST, Door, Route, Thing

REVIEWER, COORDINATOR = frozenset({Role.REVIEWER}), frozenset({Role.COORDINATOR})
ENGINEER, AUDITOR = frozenset({Role.ENGINEER}), frozenset({Role.AUDITOR})
DECIDES = REVIEWER | COORDINATOR

SIGNAL, PERSON, CIRCLE = {"pk": Thing.SIGNAL}, {"pk": Thing.PERSON}, {"pk": Thing.CIRCLE}
IMPORT = {"pk": Thing.IMPORT}
COLLECTION = {"collection_id": Thing.COLLECTION}
OBJECT = COLLECTION | {"object_id": Thing.STIX_OBJECT}


def taxii(*, methods: frozenset[str] = GET, takes: dict[str, Thing] | None = None) -> Route:
    return Route(door=Door.MACHINE, scope=TokenScope.TAXII, methods=methods, takes=takes or {}, shows=False)


def managed(**rest: object) -> Route:
    """What only a coordinator changes, freshly signed in."""
    return Route(roles=COORDINATOR, fresh=True, methods=BOTH, **rest)  # type: ignore[arg-type]


def act(*, roles: frozenset[Role] = frozenset(), takes: dict[str, Thing] = SIGNAL, **rest: object) -> Route:
    """What is done to a thing by a form on its page."""
    return Route(methods=POST, roles=roles, takes=takes, shows=False, **rest)  # type: ignore[arg-type]


def open_to_all(*, methods: frozenset[str] = BOTH, shows: bool = True, takes: dict[str, Thing] | None = None) -> Route:
    return Route(door=Door.OPEN, methods=methods, shows=shows, takes=takes or {})


PAGE = Route()

LEAD = frozenset({Role.BENCHMARK_LEAD})
BENCH = LEAD | COORDINATOR | AUDITOR | ENGINEER
ROUND = {"pk": Thing.ROUND}
CASE = {"pk": Thing.CASE}
ABUSE_DESK = frozenset({Role.ANALYST})
DESK = ABUSE_DESK | REVIEWER | ENGINEER
ASSESSMENT = {"pk": Thing.ASSESSMENT}
PRACTICE = {"pk": Thing.PRACTICE}
OWN_FIGURES = LEAD | ENGINEER | AUDITOR | COORDINATOR
SERIES, FIGURE = {"metric": Thing.SERIES}, {"pk": Thing.FIGURE}
ANSWERS = LEAD | REVIEWER | ENGINEER | frozenset({Role.ANALYST})


def bench(*scopes: TokenScope, methods: frozenset[str] = GET, about: bool = True) -> Route:
    """A machine's route about a round; a token of any of the scopes opens it."""
    takes = {"round_id": Thing.ROUND} if about else {}
    first, *rest = scopes
    return Route(door=Door.MACHINE, scope=first, also=frozenset(rest), methods=methods, takes=takes, shows=False)


SHARES, PARTY = TokenScope.SHARES, TokenScope.PARTY

ROUTES: dict[str, Route] = {
    # The way in and the own account; most of it is django-allauth's.
    "account_login": open_to_all(),
    "account_logout": open_to_all(shows=False),
    "mfa_authenticate": open_to_all(),
    "mfa_login_webauthn": open_to_all(shows=False),
    "accounts:invitation": open_to_all(methods=GET, takes={"secret": Thing.INVITATION}),
    "accounts:welcome": open_to_all(),
    "account_reauthenticate": Route(door=Door.ENROL, methods=BOTH),
    "accounts:enrol": Route(door=Door.ENROL),
    "mfa_activate_totp": Route(door=Door.ENROL, methods=BOTH, fresh=True),
    "mfa_add_webauthn": Route(door=Door.ENROL, methods=BOTH, fresh=True),
    "account_change_password": Route(methods=BOTH),
    "mfa_reauthenticate": Route(methods=BOTH),
    "mfa_reauthenticate_webauthn": Route(methods=BOTH),
    "mfa_index": PAGE,
    "mfa_list_webauthn": PAGE,
    "mfa_deactivate_totp": Route(methods=BOTH, fresh=True),
    "mfa_view_recovery_codes": PAGE,
    "mfa_generate_recovery_codes": Route(methods=BOTH, fresh=True),
    "mfa_download_recovery_codes": Route(shows=False),
    "mfa_edit_webauthn": Route(methods=BOTH, fresh=True, takes={"pk": Thing.PASSKEY}),
    "mfa_remove_webauthn": Route(methods=BOTH, fresh=True, takes={"pk": Thing.PASSKEY}),
    "usersessions_list": Route(methods=BOTH),
    "accounts:security": PAGE,
    "accounts:session_end": Route(methods=POST, takes={"pk": Thing.SESSION}, shows=False),
    "accounts:tokens": Route(roles=ENGINEER),
    "accounts:token_new": Route(roles=ENGINEER, fresh=True, methods=BOTH),
    "accounts:token_revoke": Route(roles=ENGINEER, fresh=True, methods=BOTH, takes={"pk": Thing.TOKEN}),
    # Pages of no noun.
    "pages:work": PAGE,
    "pages:about": PAGE,
    "pages:search": Route(methods=BOTH),
    "pages:settings": Route(methods=BOTH),
    "pages:language": open_to_all(methods=POST, shows=False),
    "pages:api": PAGE,
    "pages:api_description": Route(shows=False),
    "pages:status": PAGE,
    "pages:healthy": open_to_all(methods=GET, shows=False),
    "pages:demo_sign_in": open_to_all(),
    # Signals.
    "signals:list": PAGE,
    "signals:look_up": act(takes={}, quota="SIGNAL_LOOKUPS_PER_DAY"),
    "signals:check": Route(methods=BOTH, quota="SIGNAL_LOOKUPS_PER_DAY"),
    "signals:new": Route(methods=BOTH, quota="SIGNAL_SUBMISSIONS_PER_HOUR"),
    "signals:paste": Route(methods=BOTH),
    "signals:confirm": act(takes={}, quota="SIGNAL_SUBMISSIONS_PER_HOUR"),
    "signals:queue": Route(roles=REVIEWER),
    "signals:bulk": act(takes={}),
    "signals:batch": Route(takes={"pk": Thing.BATCH}),
    "signals:batch_undo": act(takes={"pk": Thing.BATCH}),
    "signals:batch_run": act(takes={"pk": Thing.BATCH}),
    "signals:filters": Route(methods=BOTH),
    "signals:filter_change": act(takes={"pk": Thing.FILTER}),
    "signals:feedback_list": PAGE,
    "signals:reveals": PAGE,
    "signals:detail": Route(takes=SIGNAL),
    "signals:reveal": act(fresh=True, reason=("reason", "note"), quota="SIGNAL_REVEALS_PER_DAY"),
    "signals:review": Route(roles=REVIEWER, takes=SIGNAL),
    "signals:claim": act(roles=REVIEWER),
    "signals:release": act(roles=REVIEWER),
    "signals:approve": act(roles=REVIEWER, reason=("checklist", "seal", "basis")),
    "signals:reject": act(roles=REVIEWER, reason=("reason",)),
    "signals:rescope": act(roles=REVIEWER),
    "signals:feedback": act(reason=("reason",)),
    "signals:dispute": act(reason=("reason",)),
    "signals:uphold": act(roles=REVIEWER),
    "signals:withdraw": act(reason=("reason",)),
    "signals:renew": act(roles=REVIEWER),
    "signals:feedback_decide": act(roles=REVIEWER, fresh=True, takes={"pk": Thing.FEEDBACK}),
    "signals:overrides": Route(roles=DECIDES | ABUSE_DESK, fresh=True, methods=BOTH, reason=("reason",)),
    "signals:override_decide": act(roles=REVIEWER | ABUSE_DESK, fresh=True, takes={"pk": Thing.OVERRIDE}),
    "signals:false_stops": Route(roles=frozenset({Role.ANALYST, Role.ENGINEER}) | DECIDES),
    "signals:false_stop_decide": act(roles=COORDINATOR, fresh=True, takes={"pk": Thing.FALSE_STOP}),
    "signals:rules": Route(roles=DECIDES, fresh=True, methods=BOTH, reason=("reason",)),
    "signals:rule_decide": act(roles=DECIDES, fresh=True, takes={"pk": Thing.RULE}),
    # Lists that come in and go out.
    "lists:index": PAGE,
    "lists:import": Route(methods=BOTH),
    "lists:detail": Route(takes=IMPORT),
    "lists:confirm": act(takes=IMPORT),
    "lists:cancel": act(takes=IMPORT),
    "lists:outcomes": Route(takes=IMPORT, shows=False),
    "lists:export": Route(
        roles=frozenset({Role.ANALYST, Role.REVIEWER, Role.ENGINEER}),
        fresh=True,
        methods=BOTH,
        reason=("reason", "note"),
        quota="EXPORTS_PER_DAY",
    ),
    "lists:leaks": Route(roles=COORDINATOR, methods=BOTH),
    "lists:close_alarm": act(roles=COORDINATOR, takes={"pk": Thing.ALARM}, reason=("reason",)),
    # Members, people, circles, the legal register.
    "members:list": PAGE,
    "members:new": managed(),
    "members:detail": Route(takes={"pk": Thing.MEMBER}),
    "members:edit": managed(takes={"pk": Thing.MEMBER}),
    "members:leave": managed(takes={"pk": Thing.MEMBER}),
    "members:circles": PAGE,
    "members:circle": Route(takes=CIRCLE),
    "members:circle_new": managed(),
    "members:circle_edit": managed(takes=CIRCLE),
    "members:circle_join": managed(takes=CIRCLE),
    "members:circle_leave": managed(takes=CIRCLE | {"member": Thing.MEMBER}),
    "members:circle_close": managed(takes=CIRCLE),
    "members:legal": PAGE,
    "members:legal_new": managed(),
    "members:legal_edit": managed(takes={"pk": Thing.LEGAL_BASIS}),
    "members:people": PAGE,
    "members:person": Route(takes=PERSON),
    "members:person_new": managed(),
    "members:person_edit": managed(takes=PERSON),
    "members:person_roles": managed(takes=PERSON),
    "members:person_invite": managed(takes=PERSON),
    "members:decisions": PAGE,
    "members:decision": act(takes={"pk": Thing.PROPOSAL}, fresh=True),
    "members:person_close": managed(takes=PERSON),
    "members:person_reopen": managed(takes=PERSON),
    # The log, agents, the catalogue.
    "audit:list": Route(roles=AUDITOR),
    "audit:export": Route(roles=AUDITOR, methods=POST, shows=False),
    "audit:proof": Route(roles=AUDITOR, takes={"pk": Thing.ENTRY}, shows=False),
    "agents:list": PAGE,
    "agents:detail": Route(takes={"agent_id": Thing.AGENT}),
    "agents:remove": act(takes={"agent_id": Thing.AGENT}),
    "knowledge:index": PAGE,
    "knowledge:search": Route(methods=BOTH),
    "knowledge:techniques": PAGE,
    "knowledge:technique": Route(takes={"technique_id": Thing.TECHNIQUE}),
    "knowledge:measures": PAGE,
    "knowledge:measure": Route(takes={"measure_id": Thing.MEASURE}),
    "knowledge:metrics": PAGE,
    "knowledge:metric": Route(takes={"metric_id": Thing.METRIC}),
    "knowledge:maturity": PAGE,
    "knowledge:area": Route(takes={"area_id": Thing.AREA}),
    "knowledge:entries": PAGE,
    "knowledge:signals": PAGE,
    "knowledge:formats": PAGE,
    "knowledge:sources": PAGE,
    "knowledge:source": Route(takes={"source_id": Thing.SOURCE}),
    # Bulletins.
    "bulletins:practices": PAGE,
    "bulletins:practice": Route(takes=PRACTICE),
    "bulletins:practice_new": Route(roles=ANSWERS, methods=BOTH),
    "bulletins:practice_edit": Route(roles=ANSWERS, methods=BOTH, takes=PRACTICE),
    "bulletins:practice_withdraw": Route(roles=ANSWERS, methods=BOTH, takes=PRACTICE),
    # The self-assessment.
    "maturity:index": PAGE,
    "maturity:latest": Route(shows=False),
    "maturity:open": act(roles=LEAD, takes={}),
    "maturity:assessment": Route(takes=ASSESSMENT),
    "maturity:answers": Route(takes=ASSESSMENT, shows=False),
    "maturity:answer": act(roles=ANSWERS, takes=ASSESSMENT),
    "maturity:finish": act(roles=LEAD, takes=ASSESSMENT),
    # Confidential benchmarking.
    "benchmark:index": Route(roles=BENCH),
    "benchmark:plan": managed(),
    "benchmark:groups": Route(roles=LEAD | COORDINATOR | AUDITOR),
    "benchmark:group_new": managed(),
    "benchmark:group_edit": managed(takes={"pk": Thing.GROUP}),
    "benchmark:choose": Route(roles=LEAD, methods=BOTH, takes={"pk": Thing.GROUP}),
    "benchmark:keys": Route(roles=BENCH, fresh=True, methods=BOTH),
    "benchmark:key_act": act(roles=BENCH, fresh=True, takes={"pk": Thing.KEY}),
    "benchmark:round": Route(roles=BENCH, takes=ROUND),
    "benchmark:hand_in": Route(roles=LEAD, takes=ROUND),
    "benchmark:edit": managed(takes=ROUND),
    "benchmark:act": act(roles=COORDINATOR, fresh=True, takes=ROUND),
    "benchmark:sign_off": act(roles=AUDITOR, fresh=True, takes=ROUND, reason=("note",)),
    "benchmark:transcript": Route(roles=BENCH, takes=ROUND),
    "benchmark:result": Route(roles=BENCH, takes=ROUND),
    "benchmark:leakage": Route(roles=BENCH, takes=ROUND),
    "benchmark:notice": Route(roles=BENCH, takes=ROUND),
    "benchmark:agenda": Route(roles=BENCH, takes=ROUND),
    "benchmark:minutes": Route(roles=BENCH, takes=ROUND),
    "benchmark:spec": Route(roles=BENCH, takes=ROUND, shows=False),
    "benchmark:approvals": Route(roles=BENCH, takes=ROUND, shows=False),
    "benchmark:submissions": Route(roles=BENCH, takes=ROUND, shows=False),
    "benchmark:submit": act(roles=LEAD, takes=ROUND, quota="BENCHMARK_SUBMISSIONS_PER_HOUR"),
    "benchmark:object": act(roles=LEAD, takes=ROUND),
    "benchmark:positions": Route(roles=LEAD, takes=ROUND, shows=False),
    "benchmark:release": Route(roles=BENCH, takes=ROUND, shows=False),
    "benchmark:transcript_file": Route(roles=BENCH, takes=ROUND, shows=False),
    # Joint statistics.
    "statistics:index": PAGE,
    "statistics:series": Route(takes=SERIES),
    "statistics:agree": act(roles=LEAD, takes=SERIES),
    "statistics:hand_in": Route(roles=LEAD | ENGINEER, methods=BOTH, takes=SERIES),
    "statistics:figure": Route(roles=LEAD | ENGINEER | AUDITOR | COORDINATOR, takes=FIGURE),
    "statistics:explain": act(roles=LEAD | ENGINEER, takes=FIGURE, reason=("text",)),
    "statistics:comment": act(roles=LEAD | ENGINEER, takes=FIGURE, reason=("text",)),
    "statistics:open": managed(),
    "statistics:manage": Route(roles=COORDINATOR | AUDITOR, takes=SERIES),
    "statistics:approve": act(roles=AUDITOR, fresh=True, takes=SERIES),
    "statistics:panel": act(roles=COORDINATOR, fresh=True, takes=SERIES),
    "statistics:release": act(roles=COORDINATOR, fresh=True, takes=SERIES),
    "statistics:withdraw": Route(roles=COORDINATOR, fresh=True, methods=BOTH, takes={"pk": Thing.RELEASE}),
    "statistics:close": Route(roles=COORDINATOR, fresh=True, methods=BOTH, takes=SERIES),
    "statistics:event": act(roles=COORDINATOR, takes=SERIES),
    "statistics:event_remove": act(roles=COORDINATOR, takes={"pk": Thing.EVENT}),
    "statistics:exports": Route(methods=BOTH),
    "statistics:reports": Route(roles=OWN_FIGURES),
    "statistics:report_month": Route(roles=OWN_FIGURES, methods=BOTH),
    "statistics:report_hotline": Route(roles=OWN_FIGURES, methods=BOTH),
    "statistics:report_transparency": Route(roles=OWN_FIGURES, methods=BOTH),
    # Released figures, for anyone.
    "open:choose": open_to_all(methods=GET, shows=False),
    # The pages are in one language whoever asks: tests/hub/statistics/test_public_in_a_browser.py looks at them.
    **{
        f"open:{name}": open_to_all(methods=GET, shows=False)
        for name in (
            *("page_sv", "page_en", "report_sv", "report_en"),
            *("structure_xml", "structure_json", "columns_sv", "columns_en", "csv_sv", "csv_en", "xlsx_sv", "xlsx_en"),
            *("parquet_sv", "parquet_en", "sdmx_csv_sv", "sdmx_csv_en", "sdmx_json_sv", "sdmx_json_en"),
        )
    },
    # What follows a result.
    "learning:plan": Route(roles=ANSWERS),
    "learning:lines": Route(roles=ANSWERS, shows=False),
    "learning:line": act(roles=ANSWERS, takes={}),
    "learning:follow_up": act(roles=ANSWERS, takes={}),
    "learning:asking": Route(roles=LEAD),
    "learning:answer": act(roles=LEAD, takes={"pk": Thing.QUESTION}),
    "learning:ask": Route(roles=LEAD, methods=BOTH, takes=ROUND),
    "learning:willing": act(roles=LEAD, takes=ROUND),
    # Complaints from outside.
    "complaints:list": PAGE,
    "complaints:case": Route(takes=CASE),
    "complaints:judge": act(roles=REVIEWER, fresh=True, takes=CASE, reason=("act", "block")),
    "complaints:own_lift": act(roles=DESK, takes=CASE, reason=("reason",)),
    "complaints:name": act(fresh=True, takes=CASE),
    "complaints:contact": act(roles=ABUSE_DESK, fresh=True, takes={"pk": Thing.COMPLAINT}),
    "complaints:replied": act(roles=ABUSE_DESK, takes={"pk": Thing.COMPLAINT}),
    # Machines.
    "complaints_api:hand_in": Route(
        door=Door.MACHINE, scope=TokenScope.COMPLAINTS, methods=POST, shows=False, quota="COMPLAINTS_PER_HOUR"
    ),
    "bench_api:rounds": bench(SHARES, PARTY, about=False),
    "bench_api:spec": bench(SHARES, PARTY),
    "bench_api:approvals": bench(SHARES, PARTY),
    "bench_api:submissions": bench(SHARES, PARTY, methods=BOTH),
    "bench_api:sealed": bench(PARTY),
    "bench_api:statements": bench(PARTY, methods=POST),
    "bench_api:objections": bench(SHARES, methods=POST),
    "bench_api:positions": bench(SHARES),
    "bench_api:transcript": bench(SHARES, PARTY),
    "bench_api:release": bench(SHARES, PARTY),
    "agents_api:report": Route(door=Door.MACHINE, scope=TokenScope.STATS, methods=POST, shows=False),
    "agents_api:protected": taxii(),
    "statistics_api:figures": Route(door=Door.MACHINE, scope=TokenScope.STATS, methods=POST, shows=False),
    "statistics_api:wanted": Route(door=Door.MACHINE, scope=TokenScope.STATS, shows=False),
    "log_api:key": taxii(),
    "log_api:checkpoint": taxii(),
    "log_api:consistency": taxii(),
    "log_api:head": taxii(takes=COLLECTION),
    "log_api:cosignatures": Route(door=Door.MACHINE, scope=TokenScope.STATS, methods=POST, shows=False),
    "taxii:discovery": taxii(),
    "taxii:root": taxii(),
    "taxii:status": taxii(takes={"status_id": Thing.STATUS}),
    "taxii:collections": taxii(),
    "taxii:collection": taxii(takes=COLLECTION),
    "taxii:manifest": taxii(takes=COLLECTION),
    "taxii:objects": taxii(methods=BOTH, takes=COLLECTION),
    "taxii:object": taxii(methods=GET | {"DELETE"}, takes=OBJECT),
    "taxii:versions": taxii(takes=OBJECT),
    "taxii:head": taxii(takes=COLLECTION),
    "taxii:digest": taxii(takes=COLLECTION),
    "taxii:unknown": taxii(methods=frozenset(), takes={"rest": Thing.PATH}),
}
