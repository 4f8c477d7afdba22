"""What a search may change in a config: the paths of `tune.ranges`, checked before any work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from framing.config.faults import explain, nearest, shortened
from framing.config.schema import Config, StyleTarget
from framing.config.tuning import Range, Tuning
from framing.errors import ConfigError

_SAYS_WHAT = (
    "type", "column", "classes", "min_documents", "other", "leave_out", "shares", "coverage",
)  # fmt: skip
"""Keys of a target that say what is read or promised, not how: figures could not be compared."""


@dataclass(frozen=True)
class Axis:
    """The values that a search tries for one key."""

    path: str
    options: tuple[Any, ...] | None
    """The choices, as the schema reads them; None where there is an interval."""
    low: float = 0
    high: float = 0
    log: bool = False
    step: float | None = None
    whole: bool = False
    """Whether only whole numbers are meant."""

    def holds(self, value: object) -> bool:
        """Whether a value is one of those that may be tried."""
        if self.options is not None:
            return value in self.options
        if not isinstance(value, int | float) or not self.low <= value <= self.high:
            return False
        steps = (value - self.low) / self.step if self.step else 0
        return abs(steps - round(steps)) < 1e-8

    @property
    def size(self) -> float:
        """How many values there are."""
        if self.options is not None:
            return len(self.options)
        step = self.step or (1 if self.whole else 0)
        return (self.high - self.low) // step + 1 if step else float("inf")

    def __str__(self) -> str:
        if self.options is not None:
            return f"one of {', '.join(map(written, self.options))}"
        how = ", by orders of magnitude" if self.log else f", by {self.step}" if self.step else ""
        return f"{written(self.low)} to {written(self.high)}{how}"


def written(value: object) -> str:
    """A value of a config as YAML has it, in one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {written(inner)}' for key, inner in value.items())}}}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def tuned_target(config: Config) -> tuple[str, StyleTarget]:
    """The name of the target that `tune` means, and the target.

    Raises
    ------
    ConfigError
        When there is no such style target, or it has no model of its own.
    """
    able = {name: target for name, target in config.style_targets.items() if not target.shares}
    name = config.tune.target if config.tune else None
    if name is None:
        name = next(iter(able), None)
        if name is None:
            raise ConfigError("there is no style target to tune", where="tune")
    if name not in able:
        shared = config.style_targets.get(name)
        advice = f"it shares that of {shared.shares!r}" if shared else nearest(name, list(able))
        what = "has no model of its own" if shared else "is no style target"
        raise ConfigError(f"{name!r} {what}; {advice}", where="tune.target")
    return name, able[name]


def kept_apart(config: Config) -> str:
    """What the search keeps apart: `rows`, `groups` or `sources`."""
    asked = config.tune.apart if config.tune else None
    return asked or ("sources" if tuned_target(config)[1].leave_out else "groups")


def set_values(config: Config, values: Mapping[str, Any]) -> Config:
    """The config with other values at dotted paths.

    Raises
    ------
    ConfigError
        When the schema allows no such key or value.
    """
    plain: dict[str, Any] = config.model_dump(mode="json")
    for path, value in values.items():
        *above, last = path.split(".")
        here = plain
        for key in above:
            if not isinstance(here.get(key), dict):
                here[key] = {}
            here = here[key]
        here[last] = value
    try:
        return Config.model_validate(plain)
    except ValidationError as error:
        raise ConfigError("\n  ".join(explain(error, plain))) from None


def value_at(config: Config, path: str) -> Any:
    """The plain value at a dotted path; None also where a section is left out."""
    here: Any = config.model_dump(mode="json")
    for key in path.split("."):
        here = here.get(key) if isinstance(here, dict) else None
    return here


def axes(config: Config) -> list[Axis]:
    """What a search tries, of a config whose ranges were checked."""
    ranges = config.tune.ranges if config.tune else {}
    return [_axis(config, path, given) for path, given in ranges.items()]


def variations(config: Config) -> Iterator[Config]:
    """The config, and with one choice of each range in turn."""
    yield config
    for axis in axes(config):
        for option in axis.options or ():
            yield set_values(config, {axis.path: option})


def faults_of_ranges(config: Config) -> list[str]:
    """What is wrong with the section `tune`, a sentence each, the path of the key first."""
    tune = config.tune
    if tune is None:
        return []
    try:
        name, target = tuned_target(config)
    except ConfigError as error:
        return [str(error)]
    found = []
    if tune.apart == "sources" and target.leave_out is None:
        found.append(f"tune.apart: sources are the values of targets.{name}.leave_out; give one")
    for path, given in tune.ranges.items():
        fault = _fault_of_path(config, tune, name, path) or _fault_of_values(config, path, given)
        if fault:
            found.append(fault)
    return found


def _fault_of_path(config: Config, tune: Tuning, target: str, path: str) -> str | None:
    at = f"tune.ranges.{path}"
    section, _, rest = path.partition(".")
    name, _, key = rest.partition(".")
    if section not in ("views", "targets"):
        if section in Config.model_fields:
            return f"{at}: only keys of views and of targets.{target} can be tuned"
        return f"{at}: no such key; {nearest(section, ['views', 'targets'])}"
    known: list[str] = list(config.views if section == "views" else config.targets)
    if name not in known:
        return f"{at}: there is no {section[:-1]} {name!r}; {nearest(name, known)}"
    if section == "targets" and name != target:
        return f"{at}: the search is for {target!r}; another one needs tune.target: {name}"
    if not key:
        return f"{at}: name one of its keys, such as {path}.{'C' if name == target else 'norm'}"
    if section == "targets" and key.partition(".")[0] in _SAYS_WHAT:
        return f"{at}: this key says what is read, not how; it cannot be tuned"
    for other in tune.ranges:
        if path.startswith(f"{other}."):
            return f"{at}: lies inside {other}, which has a range of its own"
    return None


def _fault_of_values(config: Config, path: str, given: Range) -> str | None:
    if given.choices is not None:
        tried = list(given.choices)
    else:
        assert given.low is not None  # the section was checked
        assert given.high is not None
        # a key may allow both ends and little between them
        near = given.low + (given.step or 1)
        tried = [given.low, given.high]
        if isinstance(near, int) and near < given.high:
            tried.insert(1, near)
    for value in tried:
        try:
            changed = set_values(config, {path: value})
        except ConfigError as error:
            fault = error.what
            if fault.startswith(path):
                return f"tune.ranges.{fault}"
            return f"tune.ranges.{path}: with {shortened(value)}, {fault}"
        read = value_at(changed, path)
        if given.step is not None and isinstance(read, int) and given.step % 1:
            return f"tune.ranges.{path}.step: must be a whole number, as the values are"
        if given.choices is None and (isinstance(read, bool) or not isinstance(read, int | float)):
            return f"tune.ranges.{path}: low and high are for numbers; give a list of choices"
    return None


def _axis(config: Config, path: str, given: Range) -> Axis:
    def read(value: object) -> Any:
        return value_at(set_values(config, {path: value}), path)

    if given.choices is not None:
        options: list[Any] = []
        for choice in map(read, given.choices):
            if choice not in options:
                options.append(choice)
        return Axis(path, tuple(options))
    low, high = read(given.low), read(given.high)
    return Axis(path, None, low, high, given.log, given.step, isinstance(low, int))
