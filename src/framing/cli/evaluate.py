"""`framing evaluate`: a bundle on labelled documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from framing.cli.options import AsJson, Overrides

if TYPE_CHECKING:
    from framing.evaluation.labelled import Labelled


def evaluate(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The bundle's folder.")],
    data: Annotated[
        list[str], typer.Option("--data", metavar="FILE", help="Labelled documents; repeatable.")
    ],
    overrides: Overrides = None,
    level: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column of true levels of damage.")
    ] = None,
    undamaged: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column of the undamaged texts.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column of what belongs together.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score labelled documents with an existing bundle.

    Columns are those of the bundle's config; name others with --set data.columns.text=... and
    --set targets.NAME.column=....
    """
    import framing
    from framing.config import load_config
    from framing.evaluation.labelled import evaluate_labelled

    model = framing.load(bundle)
    source = ["data.builtin=null", "data.hub=null", "data.limit=null", "data.where={}",
              "data.columns.id=null", "data.columns.title=null", "data.columns.date=null",
              "data.columns.source=null", "data.columns.url=null", "data.columns.topic=null",
              "data.split={}", f"data.path={json.dumps(data, ensure_ascii=False)}"]  # fmt: skip
    config = load_config(bundle / "config.yaml", [*source, *(overrides or [])])
    found = evaluate_labelled(model, config, level=level, undamaged=undamaged, group=group)
    for row in found.corpus.rejected:
        typer.echo(f"note: set aside: {row.where}: {row.reason}", err=True)
    if as_json:
        for name, figures in _evaluations(found).items():
            typer.echo(json.dumps({"target": name, **figures}, ensure_ascii=False))
    else:
        typer.echo(readable(found))


def readable(found: Labelled) -> str:
    """The figures as aligned lines for people."""
    from framing.report.formatting import figure, interval

    lines = []
    for name, evaluation in _evaluations(found).items():
        lines.append(f"{name}: {evaluation['documents']:,} documents. {evaluation['description']}")
        for row in evaluation["metrics"]:
            dummy = "" if row["dummy"] is None else f"  dummy {figure(row['dummy'])}"
            lines.append(
                f"  {row['name']:<36} {figure(row['value']):>8}  "
                f"{interval(row['low'], row['high'])}{dummy}"
            )
    return "\n".join(lines)


def _evaluations(found: Labelled) -> dict[str, Any]:
    corruption = {} if found.corruption is None else {"corruption": found.corruption}
    return {**found.style, **corruption}
