"""`framing predict`: style and damage of files, folders or standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from framing.cli.options import DEFAULT_MODEL, AsJson, Model
from framing.errors import DataError, FramingError

if TYPE_CHECKING:
    from framing.corpus.decoding import Decoded
    from framing.model import FramingModel, Prediction

STDIN = "-"
_BATCH = 64


def predict(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|DIR|-]...", help="Text files, folders of them, or stdin."),
    ] = None,
    model: Model = DEFAULT_MODEL,
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show where the damage is, line by line.")
    ] = False,
) -> None:
    """Say what source style documents read like and how damaged they are.

    A file is a document; `.gz` and `.zst` are read as they are. Exits with 3 when some of the
    files that were named could not be read, with 1 when none could.
    """
    import framing

    if not paths and (sys.stdin is None or sys.stdin.isatty()):
        raise DataError("no file given", hint="framing predict FILE, or - for standard input")
    loaded = framing.load(model)
    if explain and loaded.corruption is None:
        raise DataError(
            "this model has no corruption target, so there is nothing to explain",
            where=str(model), hint="Predict without --explain.",
        )  # fmt: skip
    problems: list[FramingError] = []
    done = 0
    batch: list[tuple[str, str]] = []
    for document in _documents(paths or [STDIN], problems):
        batch.append(document)
        if len(batch) == _BATCH:
            done += _score(loaded, batch, as_json, explain)
            batch = []
    done += _score(loaded, batch, as_json, explain)
    if problems:
        raise typer.Exit(3 if done else 1)


def _documents(paths: list[str], problems: list[FramingError]) -> Iterator[tuple[str, str]]:
    """Text and name of each document; what cannot be read is told and kept in `problems`."""
    from framing.corpus.decoding import replace_surrogates
    from framing.corpus.files import document_of, read_text
    from framing.corpus.paths import find_files

    for entry in paths:
        try:
            if entry == STDIN:
                data = sys.stdin.buffer.read() if sys.stdin else b""
                yield _checked(document_of(data, "stdin"), "stdin")
                continue
            files = find_files([entry], where="framing predict")
        except DataError as error:
            _tell(error, problems)
            continue
        except OSError as error:
            _tell(DataError(f"cannot be read ({error.strerror})", where=entry), problems)
            continue
        in_folder = not files[0].listed
        found = 0
        for file in files:
            # names of files may hold bytes that are no UTF-8
            name = replace_surrogates(str(file.path) if in_folder else entry)
            try:
                yield _checked(read_text(file), name)
                found += 1
            except DataError as error:
                # a folder may well hold pictures; a file that was named was meant
                _tell(DataError(error.what, where=name), [] if in_folder else problems)
        if in_folder and not found:
            _tell(DataError("no text in this folder", where=entry), problems)


def _checked(decoded: Decoded, name: str) -> tuple[str, str]:
    """The document and its name, with a note on what the reader of its score should know."""
    from framing.features import READ_AT_MOST

    text, broken = decoded
    if not text.strip():
        raise DataError("nothing but white space", where=name)
    if broken:
        _note(name, "not valid UTF-8; broken bytes are read as U+FFFD")
    if len(text) > READ_AT_MOST:
        part = f"windows of {READ_AT_MOST:,} characters in all, spread evenly over it"
        _note(name, f"{len(text):,} characters; read are {part}, for its style; damage, in all")
    return text, name


def _score(model: FramingModel, batch: list[tuple[str, str]], as_json: bool, explain: bool) -> int:
    """Predict a batch and print it; how many documents it had."""
    from framing.cli.highlighting import underlined

    texts, names = [text for text, _ in batch], [name for _, name in batch]
    for text, prediction in zip(texts, model.predict(texts, sources=names), strict=True):
        found = model.map_damage(text) if explain else None
        if as_json:
            plain = prediction.to_dict()
            if found:
                plain["damage"] = found.to_dict()
            typer.echo(json.dumps(plain, ensure_ascii=False))
            continue
        typer.echo(readable(prediction))
        if found:
            typer.echo(underlined(found))
    return len(batch)


def readable(prediction: Prediction) -> str:
    """A prediction as a few aligned lines for people."""
    rows = []
    for name, style in prediction.style.items():
        others = [c for c in style.label_set if c != style.label]
        doubt = f"  or {', '.join(others)}" if others else ""
        if style.abstained:
            doubt = "  (no clear answer)"
        rows.append((name, f"{style.label}  {style.probability:.2f}{doubt}"))
    if (damage := prediction.corruption) is not None:
        low, high = damage.interval
        most = max(damage.shares, key=damage.shares.__getitem__)
        mostly = f"  mostly {most}" if damage.shares[most] > damage.level / 2 else ""
        level = f"level {damage.level:.3f} ({low:.3f}–{high:.3f})"
        rows.append(("damage", f"{damage.grade}  {level}{mostly}"))
        found = [f"{kind} {damage.kinds[kind]:.2f}" for kind in damage.found()]
        rows.append(("kinds", ", ".join(found) or "none above 0.50"))
    width = max((len(name) for name, _ in rows), default=0)
    lines = [f"  {name:<{width}}  {value}" for name, value in rows]
    return "\n".join([str(prediction.source), *lines])


def _tell(error: FramingError, problems: list[FramingError]) -> None:
    typer.echo(f"error: {error}", err=True)
    problems.append(error)


def _note(name: str, what: str) -> None:
    typer.echo(f"note: {name}: {what}", err=True)
