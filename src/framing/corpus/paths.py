"""Which files `data.path` means, and what each is called in ids and messages."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from framing.errors import DataError

COMPRESSED = {".gz": "gzip", ".zst": "zstd"}
"""Endings of compressed files, and Arrow's names of the codecs."""
_FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


@dataclass(frozen=True)
class FoundFile:
    """A file to read.

    Attributes
    ----------
    path : Path
        Where it is.
    name : str
        What it is called: its path below the folder that was given (below what they have in
        common, if several were given), with ``/``.
    label : str or None
        The first folder below the one that was given.
    listed : bool
        Whether it was given by its own name rather than found in a folder or by a glob.
    """

    path: Path
    name: str
    label: str | None
    listed: bool

    @property
    def codec(self) -> str | None:
        """How it is compressed, by its name."""
        return COMPRESSED.get(self.path.suffix.lower())

    @property
    def suffix(self) -> str:
        """Its ending, that of the compression left out."""
        inner = PurePath(self.path.stem) if self.codec else self.path
        return inner.suffix.lower()

    @property
    def format(self) -> str:
        """`csv`, `jsonl` or `parquet` by its name, else `text`."""
        return _FORMATS.get(self.suffix, "text")


def find_files(entries: Sequence[str], *, where: str = "data.path") -> list[FoundFile]:
    """Files that paths, globs and folders mean, each once, in the order of the entries.

    Hidden files and folders (``.name``) are passed over unless they are named themselves. `where`
    is what an error names as the place.

    Raises
    ------
    DataError
        An entry that leads to no file.
    """
    found: dict[str, tuple[Path, Path, bool]] = {}
    for entry in entries:
        root, paths, listed = _expand(entry, where)
        for path in paths:
            found.setdefault(os.path.realpath(path), (path, root, listed))
    base = _common([root for _, root, _ in found.values()])
    return [
        FoundFile(path, _below(path, base), _label(path, root), listed)
        for path, root, listed in found.values()
    ]


def _expand(entry: str, where: str) -> tuple[Path, list[Path], bool]:
    path = Path(os.path.expanduser(entry))
    if path.is_dir():
        paths = list(_walk(path))
        if not paths:
            raise DataError(f"the folder {entry} holds no files", where=where)
        return path, paths, False
    if path.exists():
        if not path.is_file():
            raise DataError(f"{entry} is neither a file nor a folder", where=where)
        return path.parent, [path], True
    if glob.has_magic(entry):
        hits = (Path(hit) for hit in glob.iglob(str(path), recursive=True))
        paths = sorted((hit for hit in hits if hit.is_file()), key=lambda hit: hit.as_posix())
        if not paths:
            raise DataError(
                f"no file matches {entry}",
                where=where,
                hint=f"Looked from {Path.cwd()}; ** goes through subfolders.",
            )
        return _fixed_part(path), paths, False
    raise DataError(f"there is no file or folder {entry}", where=where, hint=_nearest(path))


def _walk(root: Path) -> Iterator[Path]:
    seen = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        # a link that leads back up would otherwise be followed for ever
        seen.add(os.path.realpath(folder))
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and os.path.realpath(Path(folder, name)) not in seen
        )
        for name in sorted(names):
            if not name.startswith(".") and Path(folder, name).is_file():
                yield Path(folder, name)


def _fixed_part(pattern: Path) -> Path:
    parts = pattern.parts
    magic = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:magic])


def _nearest(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"The folder {folder} does not exist either (looked from {Path.cwd()})."
    try:
        near = difflib.get_close_matches(path.name, os.listdir(folder), n=1)
    except OSError:
        near = []
    return f"Did you mean {folder / near[0]}?" if near else f"Looked from {Path.cwd()}."


def _common(roots: Sequence[Path]) -> Path:
    whole = [os.path.abspath(root) for root in roots]
    try:
        return Path(os.path.commonpath(whole))
    except ValueError:  # none, or different drives
        return Path(os.path.abspath(os.sep))


def _below(path: Path, base: Path) -> str:
    name = Path(os.path.relpath(os.path.abspath(path), base)).as_posix()
    # names of files may hold bytes that are no UTF-8
    return os.fsencode(name).decode("utf-8", "replace")


def _label(path: Path, root: Path) -> str | None:
    parts = _below(path, Path(os.path.abspath(root))).split("/")
    return parts[0] if len(parts) > 1 else None
