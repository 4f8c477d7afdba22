"""`framing train`: from a config to a bundle."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from framing.cli.options import ConfigFile, Overrides


def train(
    file: ConfigFile = None,
    overrides: Overrides = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Where to write; models/<name> by default."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a bundle there.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and divide the documents, then stop.")
    ] = False,
) -> None:
    """Train a model and write its bundle, with a report."""
    from framing.config import load_config
    from framing.progress import Progress
    from framing.report import summary
    from framing.training import describe_documents, load_documents
    from framing.training import train as run

    if dry_run:
        config = load_config(file, overrides or [])
        typer.echo(describe_documents(load_documents(config, Progress())))
        return
    command = shlex.join(["framing", *sys.argv[1:]])
    done = run(
        file, overrides or [], output=output, force=force, command=command, progress=Progress()
    )
    typer.echo(summary(done.report))
    typer.echo(f"bundle {done.folder}  report {done.folder / 'report' / 'index.html'}")
