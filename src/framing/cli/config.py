"""`framing config`: what a run would use."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from framing.cli.options import ConfigFile, Overrides


def config(
    file: ConfigFile = None,
    overrides: Overrides = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a config file instead.")
    ] = False,
) -> None:
    """Print the resolved config, with every default written out."""
    from framing.config import json_schema, load_config, to_yaml

    if schema:
        typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    else:
        typer.echo(to_yaml(load_config(file, overrides or [])), nl=False)
