"""The text of agent.toml with every setting explained, as `skyddsnat agent init` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.agent.samples import Endpoint
from skyddsnat.protocols.shown import shown
from skyddsnat.site.config_table import toml_text

SAMPLE_CONTROL = {
    ResolverKind.UNBOUND: ["unbound-control"],
    ResolverKind.POWERDNS: ["rec_control"],
}
"""Control programs that tell or do something that no look-up can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownResolver:
    """A resolver as it stands in the file.  notify_port: of a Knot Resolver's bridge."""

    name: str
    endpoint: Endpoint
    kind: ResolverKind = ResolverKind.OTHER
    notify_port: int | None = None
    control: Sequence[str] = ()
    zone_files: Path | None = None

    @property
    def told_at(self) -> Endpoint:
        """Where NOTIFY goes."""
        return Endpoint(self.endpoint.address, self.notify_port or self.endpoint.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSample:
    """What has to be known to write the file; all else stands in it as a comment with its default.

    collections: (id, title).  primary: None where a resolver reads the zone files itself.  primary_kind: "knot" or "bind".
    reload: whether the agent may have Knot read a file again, which is on the same machine then.  observe: begin without blocks.
    """

    name: str
    data_dir: Path
    hub_url: str
    collections: Sequence[tuple[UUID, str]]
    public_key: str
    log_public_key: str
    token_file: Path
    report_token_file: Path
    hot_zone: str
    base_zone: str
    zone_dir: Path
    primary: Endpoint | None
    key_file: Path | None
    resolvers: Sequence[KnownResolver]
    must_not_block: Sequence[str] = ()
    protect: Sequence[str] = ()
    key_name: str = "agent"
    key_algorithm: str = "hmac-sha256"
    primary_kind: str = "knot"
    reload: bool = False
    observe: bool = False


def agent_toml(sample: AgentSample) -> str:
    """The file.  Values that only this site has are filled in; the rest is commented out and shows the default."""
    return "\n".join(
        [
            "# Skyddsnät agent.  docs/agent.md explains each part; `skyddsnat agent doctor` checks the whole.",
            "# Times are in seconds unless a name says otherwise.  Paths may be relative to this file's folder.",
            "",
            "[agent]",
            "# How this agent is called on the hub's pages.  One name for each agent of your organisation.",
            f"name = {toml_text(sample.name)}",
            "# State, journal and lock.  Nobody but the agent needs to read it.",
            f"data_dir = {toml_text(sample.data_dir)}",
            "",
            *_hub(sample),
            *_list(sample),
            *_guards(),
            *_primary(sample),
            *_resolvers(sample),
            *_verify(sample),
            *_outputs(),
            *_benchmark(),
            *_count(),
        ]
    )


def _hub(sample: AgentSample) -> list[str]:
    return [
        "[hub]",
        f"url = {toml_text(sample.hub_url)}",
        "# The verified collections that this site enforces.",
        "collections = [",
        *[f"  {toml_text(collection)},  # {shown(title, longest=120)}" for collection, title in sample.collections],
        "]",
        "# The key that signs the feed.  Compare it with the one that the coordinator gave you by another way than the hub.",
        f"public_key = {toml_text(sample.public_key)}",
        "# The key that signs the hub's log, from the same paper.  With it this agent witnesses that nothing is changed later.",
        f"log_public_key = {toml_text(sample.log_public_key)}" if sample.log_public_key else '# log_public_key = ""',
        "# witness_seconds = 30",
        "# Secrets lie in files that only the agent may read (mode 600), or in SKYDDSNAT_TAXII_TOKEN and SKYDDSNAT_STATS_TOKEN.",
        f"token_file = {toml_text(sample.token_file)}  # scope taxii: reads the feed",
        f"report_token_file = {toml_text(sample.report_token_file)}  # scope stats: hands in this agent's health",
        "# poll_seconds = 2",
        "# timeout_seconds = 10",
        '# ca_file = "hub-ca.pem"  # if the hub\'s certificate is from an authority of your own',
        "",
    ]


def _list(sample: AgentSample) -> list[str]:
    return [
        "[list]",
        '# What a stopped look-up is answered with: "nx" (no such name), or "page" with the stop page\'s addresses.',
        '# "observe" stops none: everything else is done and proved, so that an engineer can look at it first.',
        'action = "observe"  # take this line away to begin to block' if sample.observe else '# action = "nx"',
        '# page_ipv4 = "192.0.2.80"',
        '# page_ipv6 = "2001:db8::80"',
        "# Names that you never block, whatever the feed says.  If one lies below a listed whole domain, that domain stays out.",
        "# allow = []",
        "# Your own names: a list that touches one is held.",
        f"protect = {_texts(sample.protect)}",
        "# Whose verdicts may block here.  Leave out hotline if you have not signed the coalition's rule for it.",
        '# block_origins = ["police", "hotline"]',
        "",
    ]


def _guards() -> list[str]:
    return [
        "[guards]",
        "# A list beyond these is held until two named people approve it.  A step passes within the number or the percentage.",
        "# head_age_seconds = 3600     # older word from the hub is not taken",
        "# clock_skew_seconds = 300    # nor one that is dated further ahead than this",
        "# additions = 50",
        "# additions_percent = 5",
        "# additions_in_a_day = 500    # so that a large change cannot drip in",
        "# additions_in_a_day_percent = 20",
        "# removals_percent = 20       # twenty removals always pass",
        "# Who may approve at your organisation; left empty, any two names may.  One person is enough to reject.",
        '# approvers = []              # such as ["Astrid Ek", "Bo Lind", "Cai Wall"]',
        "# Of these none is allowed, and no setting changes that: a signature or digest that does not hold, a public suffix, a",
        "# protected name ([list] protect is yours), labels of mixed scripts, a URL given as a domain, a whole top-level domain.",
        "",
    ]


def _primary(sample: AgentSample) -> list[str]:
    kind = sample.primary_kind if sample.primary is not None else "zonefile"
    return [
        "[primary]",
        '# "knot" or "bind": a Knot DNS or a BIND that takes signed updates.  "zonefile": files only.',
        f"kind = {toml_text(kind)}",
        "# Two zones, hot listed first at every resolver: hot takes the news in milliseconds, base holds the rest.",
        f"hot_zone = {toml_text(sample.hot_zone)}",
        f"base_zone = {toml_text(sample.base_zone)}",
        f"zone_dir = {toml_text(sample.zone_dir)}  # files hot.zone and base.zone; Knot must be able to read them",
        *_server(sample),
        *_reload(sample),
        "# hot_limit = 2000               # more new names at once go straight to base",
        "# rebuild_hours = 24             # how long base may lag behind hot",
        "# publish_interval_seconds = 0   # 6 with PowerDNS Recursor, which ignores a NOTIFY within 5 s of the last",
        "",
    ]


def _server(sample: AgentSample) -> list[str]:
    if sample.primary is None:
        return []
    return [
        f"address = {toml_text(sample.primary.address)}",
        f"port = {sample.primary.port}",
        f"key_name = {toml_text(sample.key_name)}",
        f"key_algorithm = {toml_text(sample.key_algorithm)}",
        "# The TSIG secret in base64, one line, or $SKYDDSNAT_TSIG_SECRET.",
        f"key_file = {toml_text(sample.key_file or '')}",
    ]


def _reload(sample: AgentSample) -> list[str]:
    if sample.primary is None:
        return [
            "# No primary: a resolver reads the files.  Tell how it is made to do so; {zone} becomes the zone's name.",
            '# reload_command = ["unbound-control", "auth_zone_reload", "{zone}"]',
        ]
    if sample.primary_kind == "bind":
        return []
    return [
        "# For the nightly rebuild and large changes, if the agent may use Knot's control socket on this machine:",
        f'{"" if sample.reload else "# "}reload_command = ["knotc", "zone-reload", "{{zone}}"]',
    ]


def _resolvers(sample: AgentSample) -> list[str]:
    return [
        "# Every resolver that answers your customers.  The agent sends it NOTIFY and proves by a canary that it has the list.",
        *[line for resolver in sample.resolvers for line in _resolver(resolver)],
    ]


def _resolver(resolver: KnownResolver) -> list[str]:
    """control and zone_files stand as comments unless given: they need a way to the resolver's host."""
    control = resolver.control or SAMPLE_CONTROL.get(resolver.kind, ())
    lines = [
        "[[resolver]]",
        f"name = {toml_text(resolver.name)}",
        f"kind = {toml_text(resolver.kind)}",
        f"address = {toml_text(resolver.endpoint.address)}",
        f"port = {resolver.endpoint.port}",
        *([f"notify_port = {resolver.notify_port}  # of its bridge"] if resolver.notify_port else []),
        "# notify = true",
    ]
    if control:
        off = "" if resolver.control else "# "
        lines.append(f"{off}control = {_texts(control)}  # if the agent may run it here, or through ssh")
    if resolver.kind is ResolverKind.KNOT_RESOLVER:
        off = "" if resolver.zone_files else "# "
        folder = toml_text(resolver.zone_files or "/var/lib/kresd-rpz")
        lines.append(f"{off}zone_files = {folder}  # what its bridge writes, if it is on this machine")
    return [*lines, ""]


def _verify(sample: AgentSample) -> list[str]:
    return [
        "[verify]",
        "# Lawful names that are looked up at every resolver after each publish; if one is stopped, the agent goes back.",
        f"must_not_block = {_texts(sample.must_not_block)}",
        f"# canary_domain = {toml_text(f'canary.{sample.hot_zone}')}",
        "# timeout_seconds = 1",
        "# wait_seconds = 15    # how long publish waits for every resolver",
        "# every_seconds = 60",
        "# Access types from which a probe looks the canaries up (`skyddsnat agent probe`), and the folder that it shares.",
        '# probes = []           # such as ["mobile", "fixed"]: canary.json is written there, mobile.jsonl read',
        '# probe_dir = "/var/lib/skyddsnat/probes"',
        "",
    ]


def _outputs() -> list[str]:
    return [
        "# The list in force for what is no resolver with policy zones, one [[output]] a file (docs/operator/outputs.md).",
        "# kind: dnsdist, domains, hosts, squid-domains, squid-urls, urls, json.  Its folder must exist; readers are its group.",
        "#     [[output]]",
        '#     kind = "squid-urls"',
        '#     file = "/var/lib/skyddsnat/outputs/squid.urls"',
        '#     reload_command = ["squid", "-k", "reconfigure"]  # {file} becomes the path; a systemd path unit does as well',
        "",
        "# Hash lists for `skyddsnat agent hash`, in a folder of their own.  Without it no hash is kept at hand.",
        "[hashes]",
        '# folder = "/var/lib/skyddsnat/hashes"',
        "",
    ]


def _benchmark() -> list[str]:
    return [
        "# For `skyddsnat agent submit`: your organisation's values for a round of confidential benchmarking, sealed here.",
        "[benchmark]",
        '# key_file = "benchmark-key.json"  # mode 600: from the browser, or made by `skyddsnat agent benchmark-key`',
        '# passphrase_file = "benchmark.passphrase"  # mode 600: one line; asked for if left out',
        '# token_file = "shares.token"  # scope shares, or in SKYDDSNAT_SHARES_TOKEN',
        "",
    ]


def _count() -> list[str]:
    return [
        "# For `skyddsnat agent count`: the resolvers' own logs.  docs/operator/counting.md tells what to switch on at each.",
        "[count]",
        '# ignore_clients = []      # own monitoring, known scanners: ["192.0.2.53", "2001:db8:53::/64"]',
        "# subscriptions = 0        # how many you have; stays here, only the band that it lies in is handed in",
        "# block_ttl = 60           # seconds that your resolvers let a block answer live",
        "# settle_minutes = 60      # how long after midnight (UTC) a day waits for lines that come late",
        '# stop_page_counts = "/var/lib/skyddsnat/stop-page/counts"',
        "# One for each resolver, whose [[resolver]] must say its kind.  Rotated and compressed logs are read too.",
        "#   [[count.log]]",
        '#   resolver = "unbound-1"',
        '#   hits = ["/var/log/unbound/unbound.log*"]  # PowerDNS: what our Lua script logs, or counters alone',
        '#   counters = ["unbound-control", "stats_noreset"]  # checks the log, and tells the look-ups of all names',
        "#   queries = []         # or logs of all look-ups, or dnstap files",
        '#   timezone = "UTC"     # of times that are written without an offset',
        "",
    ]


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(toml_text, values))}]"
