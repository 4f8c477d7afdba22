"""From a YAML file and `--set` overrides to a checked :class:`~framing.config.schema.Config`."""

from __future__ import annotations

import difflib
import hashlib
import json
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from framing.config.schema import Config, CorruptionTarget, StyleTarget
from framing.errors import ConfigError

_HINT = "See what a config may say: framing config --schema"
_TARGETS: dict[str, type[BaseModel]] = {"style": StyleTarget, "corruption": CorruptionTarget}


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
        return Config.model_validate(values)
    except ValidationError as error:
        lines = [_explain(detail, values) for detail in error.errors()]
        raise ConfigError("\n  ".join(lines), where=where, hint=_HINT) from None


def to_yaml(config: Config) -> str:
    """The whole config as YAML, defaults written out; reading it gives the same config."""
    values = config.model_dump(mode="json")
    text: str = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return text


def config_hash(config: Config) -> str:
    """SHA-256 of what the run's numbers depend on (not on `jobs` and `memory`)."""
    text = json.dumps(config.model_dump(mode="json", exclude={"jobs", "memory"}), sort_keys=True)
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
                None, None, f"{_shortened(node.value)} is no {kind}", node.start_mark
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


def _explain(detail: ErrorDetails, values: Mapping[str, Any]) -> str:
    location = list(detail["loc"])
    if location[:1] == ["targets"] and location[2:3] and str(location[2]) in _TARGETS:
        # pydantic puts the discriminating tag behind the target's name
        del location[2]
    path = ".".join(str(part) for part in location)
    if detail["type"] == "extra_forbidden":
        known = _keys_at(location[:-1], values)
        near = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
        advice = f"did you mean {near[0]!r}?" if near else f"valid are {', '.join(sorted(known))}"
        return f"{path}: no such key; {advice}"
    if detail["type"] == "missing":
        return f"{path}: this key is needed"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "literal_error":
        near = difflib.get_close_matches(
            str(detail["input"]), str(detail["ctx"]["expected"]).replace("'", "").split(), n=1
        )
        message += f"; did you mean {near[0].strip(',')!r}?" if near else ""
    if detail["type"] == "union_tag_invalid":
        return f"{path}.type: a target is of type {' or '.join(_TARGETS)}"
    if detail["type"] == "union_tag_not_found":
        return f"{path}.type: this key is needed: {' or '.join(_TARGETS)}"
    if detail["type"] != "value_error":
        message += f" (found {_shortened(detail['input'])})"
    return f"{path}: {message}" if path else message


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys_at(location: list[Any], values: Mapping[str, Any]) -> list[str]:
    """The keys that the schema allows at a place."""
    model: Any = Config
    given: Any = values
    for part in location:
        given = given.get(part) if isinstance(given, Mapping) else None
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = model.model_fields.get(str(part))
            model = field.annotation if field else None
        else:
            # the value type of a mapping; a target's by what its `type` says
            models = list(_models_in(model))
            kind = given.get("type") if isinstance(given, Mapping) else None
            chosen = _TARGETS.get(kind) if isinstance(kind, str) else None
            model = chosen if chosen in models else next(iter(models), None)
    found = next(iter(_models_in(model)), None)
    return list(found.model_fields) if found else []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The pydantic models inside a type such as ``dict[str, A | B]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif isinstance(annotation, types.UnionType) or typing.get_origin(annotation):
        for argument in typing.get_args(annotation):
            yield from _models_in(argument)
