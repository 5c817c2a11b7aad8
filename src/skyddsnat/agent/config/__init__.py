"""agent.toml: values.py says what stands there, reading.py checks it."""

from skyddsnat.agent.config.reading import load, parse
from skyddsnat.agent.config.values import (
    ACCESS,
    AGENT_NAME,
    DEFAULT_PATH,
    PERSON,
    BenchmarkConfig,
    Config,
    HubConfig,
    ListConfig,
    OutputConfig,
    OutputKind,
    PrimaryConfig,
    ResolverConfig,
    Secret,
    VerifyConfig,
)

__all__ = [
    "ACCESS",
    "AGENT_NAME",
    "DEFAULT_PATH",
    "PERSON",
    "BenchmarkConfig",
    "Config",
    "HubConfig",
    "ListConfig",
    "OutputConfig",
    "OutputKind",
    "PrimaryConfig",
    "ResolverConfig",
    "Secret",
    "VerifyConfig",
    "load",
    "parse",
]
