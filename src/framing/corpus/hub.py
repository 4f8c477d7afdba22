"""Documents from the Hugging Face hub, or from a dataset folder on this machine."""

from __future__ import annotations

import inspect
import os
import pickle
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa

from framing.corpus.source import TABLE_BYTES, TABLE_ROWS, Card, Source, mended
from framing.corpus.tables import tidy, with_places
from framing.errors import DataError

_TABLES_A_MAP = 8
_UNREACHABLE = {
    "ConnectError",
    "ConnectTimeout",
    "ConnectionError",
    "LocalEntryNotFoundError",
    "OfflineModeIsEnabled",
    "ProxyError",
    "ReadTimeout",
    "SSLError",
}


def read_hub(
    hub: str, config: str | None = None, split: str = "train", revision: str | None = None
) -> Source:
    """Read one part of a dataset; numbers of classes are read as their names.

    Parameters
    ----------
    hub : str
        ``owner/name`` on the hub, or a folder.
    config, split, revision : str, optional
        As :func:`datasets.load_dataset` means them. Code of a dataset is never run.

    Raises
    ------
    DataError
        It does not exist, cannot be reached, needs a login, or has no such part.
    """
    folder = Path(os.path.expanduser(hub))
    is_folder = folder.is_dir()
    # a cache of local files could outlive a change to them
    with ExitStack() as stack:
        cache_dir = stack.enter_context(_temporary_folder()) if is_folder else None
        found = _load(str(folder) if is_folder else hub, config, split, revision, cache_dir)
        cache = stack.pop_all()
    if found._indices is not None:
        found = found.flatten_indices()
    info = found.info
    name = folder.resolve().name if is_folder else hub
    card = Card(
        name=name,
        description=(info.description or f"the part {split!r} of {name}").strip(),
        source=str(folder) if is_folder else f"https://huggingface.co/datasets/{hub}",
        licence=info.license or None,
        citation=info.citation or None,
        notes=_notes(found, revision, is_folder),
    )
    return Source(_tables(found, name, card.notes, cache), [], card)


def _tables(
    found: datasets.Dataset, name: str, notes: list[str], cache: ExitStack
) -> Iterator[pa.Table]:
    tally: Counter[str] = Counter()
    # the features name the classes; the table's own metadata may be missing
    metadata = found.features.arrow_schema.metadata
    data = found.with_format(None).data
    n_rows = min(TABLE_ROWS, max(1, len(data) * TABLE_BYTES // max(1, data.nbytes)))
    with cache:
        for number, start in enumerate(range(0, len(data), n_rows)):
            if number % _TABLES_A_MAP == 0:
                # a copy maps the files anew: what was read of a map counts as this process's
                # memory for as long as the map is open
                mapped = pickle.loads(pickle.dumps(data)).table
            table = tidy(mapped.slice(start, n_rows).replace_schema_metadata(metadata), tally)
            yield with_places(table, name, start)
    notes.extend(mended(tally))


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="framing-", ignore_cleanup_errors=True)


def _load(
    hub: str, config: str | None, split: str, revision: str | None, cache_dir: str | None
) -> datasets.Dataset:
    options: dict[str, Any] = {"split": split, "revision": revision}
    if cache_dir is not None:
        options["cache_dir"] = cache_dir
    if "trust_remote_code" in inspect.signature(datasets.load_dataset).parameters:
        options["trust_remote_code"] = False
    try:
        found = datasets.load_dataset(hub, config, **options)
    except Exception as error:  # every library below raises its own; all mean "cannot be read"
        raise _explain(error, hub, config, split, revision) from error
    if not isinstance(found, datasets.Dataset):
        raise DataError(
            f"{split!r} names several parts of {hub}", where="data.hub_split", hint="Name one."
        )
    return found


def _explain(
    error: Exception, hub: str, config: str | None, split: str, revision: str | None
) -> DataError:
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and len(chain) < 20:
        chain.append(cause)  # type: ignore[arg-type]
    kinds = {type(e).__name__ for e in chain}
    text = " ".join(str(error).split())
    about_all = text + " ".join(str(e) for e in chain)
    brief = text if len(text) <= 300 else text[:300] + "…"
    if isinstance(error, ValueError) and ("nknown split" in text or "split" in text.lower()):
        return DataError(
            f"{hub} has no part {split!r} ({brief})",
            where="data.hub_split",
            hint="Name one that it has, with --set data.hub_split=NAME.",
        )
    if isinstance(error, ValueError) and ("BuilderConfig" in text or "onfig name" in text):
        return DataError(
            f"{hub} has no configuration {config!r} ({brief})"
            if config
            else f"{hub} has several configurations ({brief})",
            where="data.hub_config",
            hint="Name one, with --set data.hub_config=NAME.",
        )
    if "GatedRepoError" in kinds or "gated" in about_all.lower():
        return DataError(
            f"{hub} needs a login: its owner has to grant access",
            where="data.hub",
            hint=f"Ask for it at https://huggingface.co/datasets/{hub}, then: hf auth login",
        )
    if kinds & _UNREACHABLE:
        return DataError(
            f"the hub could not be reached, and {hub} is not in this machine's cache",
            where="data.hub",
            hint="On a connected machine: "
            f"hf download --repo-type dataset {hub} --local-dir FOLDER; then set data.hub: FOLDER",
        )
    if "scripts are no longer supported" in text or "trust_remote_code" in text:
        return DataError(
            f"{hub} is read by a program of its own, and framing runs no such program",
            where="data.hub",
            hint="Look for a copy of it in Parquet: "
            f"--set data.hub_revision=refs/convert/parquet (https://huggingface.co/datasets/{hub})",
        )
    if "NotFound" in type(error).__name__ or isinstance(error, FileNotFoundError):
        at = f" at revision {revision}" if revision else ""
        return DataError(
            f"there is no dataset {hub}{at}, or it is private ({brief})",
            where="data.hub",
            hint="Ids read owner/name; a folder must exist. If it is private: hf auth login",
        )
    return DataError(f"{hub} cannot be read ({brief})", where="data.hub")


def _notes(found: datasets.Dataset, revision: str | None, is_folder: bool) -> list[str]:
    notes = [
        f"{name}: class numbers are read as their names"
        for name, feature in found.features.items()
        if isinstance(feature, datasets.ClassLabel)
    ]
    if not is_folder and revision is None:
        notes.append("no revision is pinned (data.hub_revision): the dataset may change")
    return notes
