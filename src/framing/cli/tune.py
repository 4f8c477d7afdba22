"""`framing tune`: better values for a config, found inside the training documents."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framing.cli.options import AsJson, ConfigFile, Overrides

if TYPE_CHECKING:
    from framing.training.tuning import Trial, Tuned

_INTERRUPTED = 130


def tune(
    file: ConfigFile = None,
    overrides: Overrides = None,
    trials: Annotated[
        int | None,
        typer.Option("--trials", min=1, help="Settings to try, in place of tune.trials."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Where to write; CONFIG-tuned.yaml here."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Search the ranges of a config's section `tune` and write the config with the best values.

    Every setting is judged by cross-validation of the training documents; test documents are not
    looked at. Ctrl-C keeps the best that was found so far and exits with 130.
    """
    from framing.config import load_config
    from framing.progress import Progress
    from framing.training.choosing import check_output, write_chosen
    from framing.training.tuning import tune as search

    config = load_config(file, overrides or [])
    name = file.stem if file else config.name
    place = output if output is not None else Path(f"{name}-tuned.yaml")
    check_output(place, file, force=force)
    command = shlex.join(["framing", *sys.argv[1:]])

    def watch(tuned: Tuned, trial: Trial) -> None:
        if trial.found is None:
            what = json.dumps(trial.parameters, ensure_ascii=False)
            typer.echo(f"note: trial {trial.number} is left out: {trial.fault}\n  {what}", err=True)
        elif tuned.best is trial:
            # whatever ends the search, the best so far is there
            write_chosen(tuned, place, command)

    try:
        tuned = search(config, trials=trials, progress=Progress(), watch=watch)
    except KeyboardInterrupt:
        typer.echo("interrupted before the first trial was done: nothing is written", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    write_chosen(tuned, place, command)
    if as_json:
        for trial in tuned.ranked:
            typer.echo(json.dumps(_plain(tuned, trial), ensure_ascii=False))
    else:
        typer.echo(readable(tuned))
    n = f"{len(tuned.trials):,} trial{'' if len(tuned.trials) == 1 else 's'}"
    if tuned.interrupted:
        typer.echo(f"interrupted after {n}; the best so far is in {place}", err=True)
        raise typer.Exit(_INTERRUPTED)
    typer.echo(f"{n}; the best values are in {place}", err=True)


def readable(tuned: Tuned) -> str:
    """The trials as an aligned table for people, the best first."""
    from framing.config.ranges import written
    from framing.report.formatting import figure, interval, label
    from framing.training.choosing import protocol

    paths = [axis.path for axis in tuned.axes]
    confidence = f"{100 * tuned.config.evaluation.confidence:g} % interval"
    rows = [["trial", tuned.metric, confidence, *paths]]
    for trial in tuned.ranked:
        found = trial.found
        assert found is not None  # those without are not ranked
        own = "" if trial.number else "  (as in the config)"
        values = [label(written(trial.parameters[path])) for path in paths]
        rows.append(
            [str(trial.number), figure(found.value), interval(found.low, found.high),
             *values[:-1], values[-1] + own]
        )  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if i < 2 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    said = protocol(tuned)
    return "\n".join([said[0].upper() + said[1:], *lines])


def _plain(tuned: Tuned, trial: Trial) -> dict[str, object]:
    found = trial.found
    assert found is not None  # those without are not ranked
    return {
        "trial": trial.number,
        "metric": tuned.metric,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "parameters": trial.parameters,
    }
