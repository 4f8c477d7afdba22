"""The command `framing`: its verbs, and errors that people can use."""

from __future__ import annotations

import sys

import typer

from framing.cli.config import config
from framing.cli.corrupt import corrupt
from framing.cli.data import data
from framing.cli.evaluate import evaluate
from framing.cli.predict import predict
from framing.cli.train import train
from framing.cli.tune import tune
from framing.errors import FramingError

app = typer.Typer(
    name="framing",
    help="What source style a document reads like, and how damaged its text is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(train)
app.command()(tune)
app.command()(predict)
app.command()(evaluate)
app.command()(corrupt)
app.command()(config)
app.add_typer(data, name="data")


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Print the version."),
) -> None:
    if version:
        from framing.versions import installed_versions

        typer.echo(f"framing {installed_versions()['framing']}")
        raise typer.Exit


def main() -> None:
    """Run the command line.

    Exit codes: 0 all was done, 1 nothing could be done, 2 wrong usage, 3 some of it was done,
    130 interrupted, and what was found is kept.
    """
    try:
        app()
    except FramingError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        # a full disk, a name too long: nobody's bug, and the system says what it is
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(f"error: {place}{error.strerror or error}", err=True)
        sys.exit(1)
    except MemoryError:
        typer.echo("error: the memory of this machine is not enough for that", err=True)
        sys.exit(1)
