"""`framing corrupt`: damage a text, to see what the kinds of damage look like."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framing.cli.options import AsJson
from framing.errors import ConfigError, DataError

if TYPE_CHECKING:
    from framing.config.schema import KindName
    from framing.corruption import Damaged

_COLORS = ("red", "green", "yellow", "blue", "magenta", "cyan")
_GAP = "‸"  # shows where something was taken out


def corrupt(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE|-]", help="A text file, or - for standard input.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="What is to befall the text; repeatable."),
    ] = None,
    severity: Annotated[
        float, typer.Option(help="The share of the text to damage, above 0 and up to 1.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(min=0, help="Every choice follows from it.")] = 0,
    mix: Annotated[
        bool,
        typer.Option(
            "--mix", help="Draw one to four of all kinds, and severities as training does."
        ),
    ] = False,
    as_json: AsJson = False,
    list_kinds: Annotated[
        bool, typer.Option("--list", help="Print all kinds, in Markdown, and end.")
    ] = False,
) -> None:
    """Damage a text and print it; what was done to it is told on stderr.

    On a terminal the touched places are in colour, a colour for each kind, and a mark shows where
    something was taken out.
    """
    import numpy as np

    from framing.corruption import KINDS, damage, describe, drawn_plan

    if list_kinds:
        typer.echo(describe(), nl=False)
        return
    if mix and kind:
        raise ConfigError("--mix draws the kinds itself", hint="Give --mix or --kind, not both.")
    if not mix and not kind:
        names = ", ".join(known.name for known in KINDS)
        raise ConfigError("no kind of damage given", hint=f"--kind one of {names}; or --mix")
    text = _read(file)
    rng = np.random.default_rng(seed)
    if mix:
        plan = drawn_plan([known.name for known in KINDS], rng)
    else:
        plan = [(name, severity) for name in kind or []]  # type: ignore[misc]
    damaged = damage(text, plan, rng)
    if as_json:
        typer.echo(json.dumps(_as_dict(damaged), ensure_ascii=False))
        return
    shown = damaged.text
    if sys.stdout.isatty():
        shown = _colored(damaged)
    typer.echo(shown, nl=not shown.endswith("\n"))
    _tell(damaged)


def _read(file: str | None) -> str:
    from framing.corpus.files import document_of, read_text
    from framing.corpus.paths import find_files

    if file is None and (sys.stdin is None or sys.stdin.isatty()):
        raise DataError("no file given", hint="framing corrupt FILE, or - for standard input")
    if file is None or file == "-":
        text, broken = document_of(sys.stdin.buffer.read(), "stdin")
    elif Path(file).is_dir():
        raise DataError("a folder, not a text file", where=file)
    else:
        text, broken = read_text(find_files([file], where="framing corrupt")[0])
    if broken:
        typer.echo("note: not valid UTF-8; broken bytes are read as U+FFFD", err=True)
    if not text.strip():
        raise DataError("nothing but white space", where=file or "stdin")
    return text


def _as_dict(damaged: Damaged) -> dict[str, object]:
    return {
        "text": damaged.text,
        "level": round(damaged.level, 6),
        "kinds": {name: round(share, 6) for name, share in damaged.shares.items()},
        "spans": {name: [list(span) for span in spans] for name, spans in damaged.spans.items()},
    }


def _tell(damaged: Damaged) -> None:
    from framing.grades import grade

    colors = dict(zip(damaged.kinds, _COLORS, strict=False))
    parts = [
        typer.style(f"{name} {share:.3f}", fg=colors.get(name))
        for name, share in damaged.shares.items()
    ]
    what = ", ".join(parts) or "no kind found a place"
    typer.echo(f"level {damaged.level:.3f} ({grade(damaged.level)}): {what}", err=True)


def _colored(damaged: Damaged) -> str:
    kind_at: list[KindName | None] = [None] * len(damaged.text)
    gaps: dict[int, KindName] = {}
    for kind, spans in damaged.spans.items():
        for start, end in spans:
            kind_at[start:end] = [kind] * (end - start)
            if start == end:
                gaps[start] = kind
    colors = dict(zip(damaged.kinds, _COLORS, strict=False))
    pieces: list[str] = []
    for i, (c, of_c) in enumerate(zip(damaged.text, kind_at, strict=True)):
        if i in gaps:
            pieces.append(typer.style(_GAP, fg=colors.get(gaps[i])))
        pieces.append(c if of_c is None else typer.style(c, fg=colors.get(of_c), underline=True))
    if len(damaged.text) in gaps:
        pieces.append(typer.style(_GAP, fg=colors.get(gaps[len(damaged.text)])))
    return "".join(pieces)
