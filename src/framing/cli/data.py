"""`framing data`: corpora that framing can fetch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

_SHOWN = 10

data = typer.Typer(help="Fetch, convert and describe corpora.", no_args_is_help=True)


@data.command("news-articles")
def news_articles() -> None:
    """Fetch the built-in corpus into the cache and print its card."""
    from framing.corpus.news_articles import fetch_news_articles, read_news_articles

    path = fetch_news_articles(lambda text: typer.echo(text, err=True))
    card = read_news_articles().card
    typer.echo(f"{card.name}: {card.description}\n")
    for title, value in (
        ("source", card.source),
        ("licence", card.licence),
        ("citation", card.citation),
        ("file", str(path)),
    ):
        typer.echo(f"{title:<9} {value}")
    typer.echo("")
    for note in card.notes:
        typer.echo(f"- {note}")


@data.command("allsides")
def allsides(
    clone: Annotated[
        Path,
        typer.Argument(metavar="CLONE", help="A clone of ramybaly/Article-Bias-Prediction."),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT.parquet", help="The file to write.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there.")
    ] = False,
) -> None:
    """Make one Parquet file of the AllSides articles of Baly et al. (EMNLP 2020).

    The articles come from a clone of their repository:
    git clone https://github.com/ramybaly/Article-Bias-Prediction. Exits with 3 when some of its
    files had to be set aside, with 1 when nothing could be written.
    """
    from framing.corpus.allsides import BIASES, PARTS, write_allsides
    from framing.progress import Progress

    written = write_allsides(clone, out, force=force, progress=Progress())
    typer.echo(f"{out}: {written.rows:,} articles: {_counts(written.biases, BIASES)}")
    for column, parts in written.parts.items():
        none = f", none {parts[None]:,}" if parts[None] else ""
        typer.echo(f"{column}: {_counts(parts, PARTS)}{none}")
    for note in written.notes:
        typer.echo(f"note: {note}", err=True)
    if not written.rejected:
        return
    typer.echo(f"{len(written.rejected):,} files are set aside", err=True)
    for item in written.rejected[:_SHOWN]:
        typer.echo(f"set aside: {item.where}: {item.reason}", err=True)
    if len(written.rejected) > _SHOWN:
        typer.echo(f"set aside: and {len(written.rejected) - _SHOWN:,} more", err=True)
    raise typer.Exit(3)


def _counts(counts: Mapping[Any, int], names: Iterable[str]) -> str:
    return ", ".join(f"{name} {counts.get(name, 0):,}" for name in names)
