"""A bundle's files: written beside and exchanged into place, verified before they are read."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from framing.config import Config, config_hash, to_yaml
from framing.errors import BundleError
from framing.model import FramingModel
from framing.versions import installed_versions

FORMAT = "framing-bundle"
SCHEMA = 4
MANIFEST = "manifest.json"
MODEL = "model.joblib"
_BLOCK = 1 << 20


def write_bundle(
    folder: Path,
    model: FramingModel,
    config: Config,
    write_report: Callable[[Path], None],
    facts: dict[str, Any],
    *,
    force: bool,
) -> None:
    """Write a bundle, all of it or nothing.

    Parameters
    ----------
    folder : Path
        Where it is to stand.
    write_report : callable
        Writes the report into the folder that it is given.
    facts : dict
        More for the manifest: how and of what the model was made.
    force : bool
        Whether a bundle that stands there may be replaced. Anything else is never replaced.

    Raises
    ------
    BundleError
        When something stands there that may not be replaced, or the place cannot be written to.
    """
    import joblib

    check_place(folder, force=force)
    # a link to a bundle stays, and what it leads to is replaced
    with _beside(Path(os.path.realpath(folder))) as draft:
        joblib.dump(model, draft / MODEL, compress=3)
        (draft / "config.yaml").write_text(to_yaml(config), encoding="utf-8")
        write_report(draft / "report")
        manifest = {
            "format": FORMAT,
            "schema": SCHEMA,
            "name": model.name,
            **facts,
            "versions": model.versions,
            "targets": _describe_targets(model),
            "config_hash": config_hash(config),
            "files": {
                str(path.relative_to(draft).as_posix()): _fingerprint(path)
                for path in sorted(draft.rglob("*"))
                if path.is_file()
            },
        }
        manifest["sha256"] = _own_hash(manifest)
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (draft / MANIFEST).write_text(text, encoding="utf-8")


def check_place(folder: Path, *, force: bool) -> None:
    """Refuse a place that a bundle may not be written to; called before long work, too."""
    try:
        if not folder.exists():
            _check_parent(folder)
            return
    except OSError as error:
        raise _unwritable(folder, error) from None
    if not folder.is_dir() or (any(folder.iterdir()) and not _is_bundle(folder)):
        raise BundleError(
            "something stands there that is not a framing bundle",
            where=str(folder),
            hint="Choose another place with --output.",
        )
    if not force and _is_bundle(folder):
        raise BundleError(
            "a bundle stands there already",
            where=str(folder),
            hint="Replace it with --force, or choose another place with --output.",
        )


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of a bundle, checked against its own hash.

    Raises
    ------
    BundleError
        When there is none, it was altered, or it is of a schema that this version does not know.
    """
    folder = Path(folder)
    path = folder / MANIFEST
    if not os.path.isfile(path):
        what = "no bundle stands there" if os.path.isdir(folder) else "there is no such folder"
        raise BundleError(what, where=str(folder), hint="Train one: framing train")
    try:
        manifest = json.loads(path.read_bytes())
        if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
            raise ValueError("not a manifest")
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, f"it cannot be read ({error})") from None
    if manifest.get("format") != FORMAT or manifest.get("schema") != SCHEMA:
        found = f"{manifest.get('format')!r} schema {manifest.get('schema')!r}"
        raise BundleError(
            f"this version of framing reads {FORMAT!r} schema {SCHEMA}, and this is {found}",
            where=str(path),
            hint="Train it again, or install the version of framing that wrote it.",
        )
    if manifest.get("sha256") != _own_hash(manifest):
        raise _damaged(path, "it was altered since it was written")
    return manifest


def read_bundle(folder: str | Path) -> FramingModel:
    """The model of a bundle whose every file is as it was written.

    The model itself is a joblib file, and joblib files can run code: load bundles from people
    you trust. The hashes tell accidents from intact files, not friend from foe.

    Raises
    ------
    BundleError
        Naming the file that is missing or altered, or the version that cannot be read.
    """
    import joblib

    folder = Path(folder)
    manifest = read_manifest(folder)
    if MODEL not in manifest["files"]:
        raise _damaged(folder / MANIFEST, f"it does not list {MODEL}")
    for name, wanted in manifest["files"].items():
        path = folder / name
        if not os.path.isfile(path):
            raise _damaged(path, "it is missing")
        try:
            found = _fingerprint(path)
        except OSError as error:
            raise _damaged(path, f"it cannot be read ({error.strerror})") from None
        if found != wanted:
            raise _damaged(path, "it was altered since it was written (its SHA-256 differs)")
    try:
        model = joblib.load(folder / MODEL)
    except Exception as error:
        # whatever an unpickler meets in a file of another version, people need one sentence
        raise BundleError(
            f"it cannot be loaded here ({type(error).__name__}: {error})",
            where=str(folder / MODEL),
            hint=f"It was written with {_versions(manifest)}; here are {_versions()}.",
        ) from error
    if not isinstance(model, FramingModel):
        raise BundleError("it holds no framing model", where=str(folder / MODEL))
    return model


def _describe_targets(model: FramingModel) -> dict[str, Any]:
    targets: dict[str, Any] = {
        name: {"type": "style", "labels": list(head.classes), "views": list(head.views)}
        for name, head in model.style.items()
    }
    if model.corruption is not None:
        kinds, views = list(model.corruption.kinds), list(model.corruption.views)
        targets["corruption"] = {"type": "corruption", "kinds": kinds, "views": views}
    return targets


def _is_bundle(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT


def _check_parent(folder: Path) -> None:
    parent = next(place for place in folder.absolute().parents if place.exists())
    if not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(parent))
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(parent))


def _unwritable(folder: Path, error: OSError) -> BundleError:
    return BundleError(
        f"a bundle cannot be written there ({error.strerror or error})",
        where=str(folder),
        hint="Choose another place with --output.",
    )


def _damaged(path: Path, how: str) -> BundleError:
    return BundleError(how, where=str(path), hint="Copy the bundle again, or train it again.")


def _versions(manifest: dict[str, Any] | None = None) -> str:
    versions = installed_versions() if manifest is None else manifest.get("versions", {})
    return ", ".join(
        f"{name} {versions.get(name)}" for name in ("framing", "scikit-learn", "numpy")
    )


def _fingerprint(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return {"sha256": digest.hexdigest(), "bytes": path.stat().st_size}


def _own_hash(manifest: dict[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder next to the wanted one that takes its place when the block ends well."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        draft.chmod(0o755)
        yield draft
        _put_in_place(draft, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put_in_place(draft: Path, folder: Path) -> None:
    if not folder.exists():
        draft.rename(folder)
    elif not _exchange(draft, folder):
        # no atomic exchange on this system: the old bundle steps aside for a moment
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
        folder.rename(aside / "bundle")
        draft.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(a: Path, b: Path) -> bool:
    """Let two folders change places in one step (Linux: renameat2 with RENAME_EXCHANGE)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    here, exchange = -100, 2
    return bool(renameat2(here, os.fsencode(a), here, os.fsencode(b), exchange) == 0)
