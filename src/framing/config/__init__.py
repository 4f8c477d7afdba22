"""The config: its schema, and reading it from YAML with overrides."""

from framing.config.ranges import set_values
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
from framing.config.tuning import Tuning

__all__ = [
    "Columns",
    "Config",
    "CorruptionTarget",
    "Data",
    "Evaluation",
    "KindName",
    "Split",
    "StyleTarget",
    "Tuning",
    "View",
    "config_hash",
    "json_schema",
    "load_config",
    "packaged_config",
    "set_values",
    "to_yaml",
    "validate",
]
