"""What is wrong with a config, in words: the path, the reason and the nearest valid key."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from framing.config.schema import Config, CorruptionTarget, StyleTarget

_TARGETS: dict[str, type[BaseModel]] = {"style": StyleTarget, "corruption": CorruptionTarget}


def explain(error: ValidationError, values: Mapping[str, Any]) -> list[str]:
    """A sentence for each fault of a config, the path of the key first.

    Parameters
    ----------
    error : pydantic.ValidationError
    values : mapping
        The config as it was given.
    """
    return [_explain(detail, values) for detail in error.errors()]


def nearest(word: str, known: Sequence[str]) -> str:
    """Advice on a word that is none of those that are known."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"valid are {', '.join(sorted(known))}"


def _explain(detail: ErrorDetails, values: Mapping[str, Any]) -> str:
    location = list(detail["loc"])
    if location[:1] == ["targets"] and location[2:3] and str(location[2]) in _TARGETS:
        # pydantic puts the discriminating tag behind the target's name
        del location[2]
    path = ".".join(str(part) for part in location)
    if detail["type"] == "extra_forbidden":
        known = _keys_at(location[:-1], values)
        return f"{path}: no such key; {nearest(str(location[-1]), known)}"
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
        message += f" (found {shortened(detail['input'])})"
    return f"{path}: {message}" if path else message


def shortened(value: object) -> str:
    """A value as Python writes it, cut where it is long."""
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
            model = _given(field.annotation) if field else None
        else:
            # the value type of a mapping; a target's by what its `type` says
            models = list(_models_in(model))
            kind = given.get("type") if isinstance(given, Mapping) else None
            chosen = _TARGETS.get(kind) if isinstance(kind, str) else None
            model = chosen if chosen in models else next(iter(models), None)
    found = next(iter(_models_in(model)), None)
    return list(found.model_fields) if found else []


def _given(annotation: Any) -> Any:
    """What a key holds that may be left out: of ``A | None``, A."""
    if isinstance(annotation, types.UnionType):
        kinds = [kind for kind in typing.get_args(annotation) if kind is not types.NoneType]
        return kinds[0] if len(kinds) == 1 else annotation
    return annotation


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The pydantic models inside a type such as ``dict[str, A | B]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif isinstance(annotation, types.UnionType) or typing.get_origin(annotation):
        for argument in typing.get_args(annotation):
            yield from _models_in(argument)
