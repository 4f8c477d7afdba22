"""Documents from the Hugging Face hub, or from a dataset folder on this machine."""

from __future__ import annotations

import inspect
import os
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa

from framing.corpus.source import PLACE, Card, Source
from framing.corpus.tables import tidy
from framing.errors import DataError

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
    cache = tempfile.TemporaryDirectory() if is_folder else nullcontext(None)
    with cache as cache_dir:
        found = _load(str(folder) if is_folder else hub, config, split, revision, cache_dir)
        if found._indices is not None:
            found = found.flatten_indices()
        info = found.info
        table = found.with_format(None).data.table
        # the features name the classes; the table's own metadata may be missing
        table = tidy(table.replace_schema_metadata(found.features.arrow_schema.metadata))
    name = folder.resolve().name if is_folder else hub
    rows = pa.array([f"{name} row {i + 1}" for i in range(len(table))], pa.string())
    if PLACE in table.column_names:
        table = table.drop_columns([PLACE])
    card = Card(
        name=name,
        description=(info.description or f"the part {split!r} of {name}").strip(),
        source=str(folder) if is_folder else f"https://huggingface.co/datasets/{hub}",
        licence=info.license or None,
        citation=info.citation or None,
        notes=_notes(found, revision, is_folder),
    )
    return Source(table.append_column(PLACE, rows), [], card)


def _load(
    hub: str, config: str | None, split: str, revision: str | None, cache_dir: str | None
) -> datasets.Dataset:
    options: dict[str, Any] = {"split": split, "revision": revision}
    if cache_dir is not None:
        options |= {"cache_dir": cache_dir, "keep_in_memory": True}
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
