"""`framing data`: corpora that framing can fetch."""

from __future__ import annotations

import typer

data = typer.Typer(help="Fetch and describe corpora.", no_args_is_help=True)


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
