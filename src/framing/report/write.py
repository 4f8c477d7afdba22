"""The files of a report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import cast

from framing.errors import BundleError
from framing.evaluation.results import SCHEMA, Report
from framing.report.formatting import finite


def write_report(report: Report, folder: Path) -> None:
    """Write ``report.json``, ``report.md`` and ``index.html``.

    Each file is written beside its place and renamed. ``report.json`` comes first, so that the
    figures are kept whatever happens to the rest. The same report gives the same bytes.

    Parameters
    ----------
    report : Report
        One evaluation. NaN and infinite numbers, which JSON does not know, count as None.
    folder : pathlib.Path
        Made when it is missing.

    Raises
    ------
    BundleError
        If the report is of another schema.
    """
    if report.get("schema") != SCHEMA:
        raise BundleError(
            f"this version renders reports of schema {SCHEMA}, not {report.get('schema')!r}",
            where=str(folder / "report.json"),
            hint="make the report again with `framing train`, or use the version that wrote it",
        )
    report = cast(Report, finite(report))
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=1)
    _write(folder / "report.json", text + "\n")

    # matplotlib is slow to import and only needed from here on
    from framing.report.html import render_html
    from framing.report.markdown import render_markdown

    _write(folder / "report.md", render_markdown(report))
    _write(folder / "index.html", render_html(report))


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # half a surrogate pair cannot be encoded; backslashreplace gives JSON's own escape of it
        beside.write_bytes(text.encode("utf-8", errors="backslashreplace"))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
