"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_MODEL = Path("models/default")

Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="A.B=VALUE", help="Override a value of the config; repeatable."),
]
Model = Annotated[
    Path, typer.Option("--model", metavar="DIR", help="The bundle of the model to use.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
ConfigFile = Annotated[
    Path | None,
    typer.Argument(metavar="CONFIG", help="A YAML file; without it, the packaged default."),
]
