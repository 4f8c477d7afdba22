"""The config: its schema, and reading it from YAML with overrides."""

from framing.config.reading import (
    config_hash,
    json_schema,
    load_config,
    packaged_config,
    to_yaml,
    validate,
)
from framing.config.schema import (
    Columns,
    Config,
    CorruptionTarget,
    Data,
    Evaluation,
    KindName,
    Split,
    StyleTarget,
    View,
)

__all__ = [
    "Columns",
    "Config",
    "CorruptionTarget",
    "Data",
    "Evaluation",
    "KindName",
    "Split",
    "StyleTarget",
    "View",
    "config_hash",
    "json_schema",
    "load_config",
    "packaged_config",
    "to_yaml",
    "validate",
]
