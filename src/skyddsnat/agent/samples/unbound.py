"""Unbound: the part for an operator's unbound.conf, and a whole one for a laboratory."""

from __future__ import annotations

from pathlib import Path

from skyddsnat.agent.samples.places import ResolverSample


def unbound_conf(sample: ResolverSample) -> str:
    """A whole unbound.conf for a laboratory: no privileges, nothing outside its folder, no way out to the internet."""
    stubs = [
        line
        for zone, server in sample.stubs
        for line in ("stub-zone:", f'    name: "{zone}."', f"    stub-addr: {server}", "")
    ]
    return "\n".join(
        [
            "server:",
            f"    interface: {sample.place}",
            f"    port: {sample.place.port}",
            "    do-daemonize: no",
            '    username: ""',
            '    chroot: ""',
            f'    directory: "{sample.folder}"',
            f'    pidfile: "{sample.folder / "unbound.pid"}"',
            *([f'    logfile: "{sample.log_file}"'] if sample.log_file else ["    use-syslog: no"]),
            "    num-threads: 1",
            "    access-control: 127.0.0.0/8 allow",
            "    do-not-query-localhost: no",
            *[f'    local-zone: "{zone}." nodefault' for zone, _ in sample.stubs],
            *[f'    domain-insecure: "{zone}."' for zone, _ in sample.stubs],
            "",
            unbound_snippet(sample),
            *stubs,
            *_remote_control(sample.control_socket),
            "",
        ]
    )


def _remote_control(socket: Path | None) -> list[str]:
    if socket is None:
        return ["remote-control:", "    control-enable: no"]
    return [
        "remote-control:",
        "    control-enable: yes",
        f'    control-interface: "{socket}"',
        "    control-use-cert: no",
    ]


def unbound_snippet(sample: ResolverSample) -> str:
    """The part that an operator adds to its own unbound.conf.  The hot zone stands first: the first match wins."""
    transfer = [] if sample.primary is None else [f"    primary: {sample.primary}", f"    allow-notify: {sample.agent}"]
    zones = [
        line
        for role, zone in sample.zones
        for line in (
            "rpz:",
            f"    name: {zone}",
            *transfer,
            f'    zonefile: "{sample.copy_of(role)}"',
            "    rpz-log: yes",
            f'    rpz-log-name: "{role}"',
            "",
        )
    ]
    return "\n".join(
        [
            "# respip must stand in module-config, or Unbound refuses the rpz clauses.",
            "server:",
            '    module-config: "respip validator iterator"',
            "    log-time-ascii: yes",
            "    log-time-iso: yes",
            "    extended-statistics: yes",
            "",
            *zones,
        ]
    )
