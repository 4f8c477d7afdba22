"""From a YAML file and `--set` overrides to a checked :class:`~framing.config.schema.Config`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from framing.config.faults import explain, shortened
from framing.config.ranges import faults_of_ranges
from framing.config.schema import Config
from framing.errors import ConfigError

_HINT = "See what a config may say: framing config --schema"


def packaged_config(name: str = "default") -> Path:
    """Path of a config that comes with the package (`configs/` in a checkout)."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "configs", package.parents[1] / "configs"):
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    raise ConfigError(f"the package holds no config {name!r}", hint="Reinstall framing.")


def load_config(path: str | Path | None = None, overrides: Iterable[str] = ()) -> Config:
    """Read a config file, apply `a.b=value` overrides and check the result.

    Parameters
    ----------
    path : str or Path, optional
        A YAML file; without it, the packaged default.
    overrides : iterable of str
        Each ``a.b=value``; the value is read as YAML (``null``, ``3``, ``[a, b]``).

    Raises
    ------
    ConfigError
        Naming every fault with its path, the reason and the nearest valid key.
    """
    path = packaged_config() if path is None else Path(path)
    values = _read_yaml(path)
    for override in overrides:
        _apply(values, override)
    return validate(values, where=str(path))


def validate(values: Mapping[str, Any], *, where: str = "config") -> Config:
    """Check plain values against the schema; raise :class:`ConfigError` naming every fault."""
    try:
        config = Config.model_validate(values)
        found = faults_of_ranges(config)
    except ValidationError as error:
        found = explain(error, values)
    if found:
        raise ConfigError("\n  ".join(found), where=where, hint=_HINT)
    return config


def to_yaml(config: Config) -> str:
    """The whole config as YAML, defaults written out; reading it gives the same config."""
    values = config.model_dump(mode="json")
    text: str = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return text


def config_hash(config: Config) -> str:
    """SHA-256 of what the run's numbers depend on (not on `jobs`, `memory` and `tune`)."""
    text = json.dumps(
        config.model_dump(mode="json", exclude={"jobs", "memory", "tune"}), sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a config file."""
    return Config.model_json_schema()


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice, which YAML itself lets pass in silence."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, AttributeError, LookupError):
            # what PyYAML lets through: 2017-02-31, !!int x, numbers of over 4,300 digits
            kind = node.tag.rpartition(":")[2]
            raise yaml.constructor.ConstructorError(
                None, None, f"{shortened(node.value)} is no {kind}", node.start_mark
            ) from None


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key_node, _ in node.value:
        if key_node.tag == "tag:yaml.org,2002:merge":
            continue
        key = loader.construct_object(key_node)
        if not isinstance(key, str | int | float | bool):
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be a word", key_node.start_mark
            )
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} is given twice", key_node.start_mark
            )
        seen.add(key)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class _Dumper(yaml.SafeDumper):
    """SafeDumper that escapes Unicode's own line ends, which would be read back as spaces."""


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    style = None if set(text).isdisjoint("\x85\u2028\u2029\ufeff") else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            "there is no such file", where=str(path), hint="See the default: framing config"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read ({error})", where=str(path)) from None
    try:
        values = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path} line {mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or str(error) or "nested too deeply"
        raise ConfigError(f"not valid YAML: {problem}", where=place) from None
    if not isinstance(values, dict):
        raise ConfigError("a config is a mapping of keys to values", where=str(path), hint=_HINT)
    return values


def _apply(values: dict[str, Any], override: str) -> None:
    path, equals, text = override.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise ConfigError(f"{override!r} is not of the form a.b=value", where="--set")
    try:
        value = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError):
        # what YAML cannot read ('*.csv' would be an alias) is meant as it stands
        value = text
    here: Any = values
    for i, key in enumerate(keys[:-1]):
        nested = here.get(key)
        if nested is None:
            nested = here[key] = {}
        if not isinstance(nested, dict):
            at = ".".join(keys[: i + 1])
            raise ConfigError(f"{at} is a single value, it has no {keys[i + 1]!r}", where="--set")
        here = nested
    here[keys[-1]] = value
