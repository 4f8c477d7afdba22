from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.config import Columns, Data
from framing.corpus import files, hub, load_corpus, rows
from framing.errors import DataError

CELLS = st.none() | st.sampled_from(["", " ", "a", "b", "long enough", "1", "true"])
VALUES = CELLS | st.integers(0, 2) | st.booleans() | st.lists(st.integers(0, 2), max_size=2)


@pytest.fixture
def by_twos(monkeypatch):
    for module in (files, hub, rows):
        monkeypatch.setattr(module, "TABLE_ROWS", 2)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    return lambda: Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def seen(data, size):
    with pytest.MonkeyPatch.context() as patch:
        for module in (files, hub, rows):
            patch.setattr(module, "TABLE_ROWS", size)
        try:
            corpus = load_corpus(data, seed=1, label_columns={"targets.v.column": "v"})
        except DataError as error:
            return str(error)
    return (
        corpus.fingerprint, corpus.rejected, corpus.duplicates_removed, corpus.card,
        list(corpus.texts), corpus.dataset.to_list(),
    )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    tables=st.lists(
        st.lists(st.fixed_dictionaries({"text": CELLS, "v": VALUES, "id": CELLS}), max_size=12),
        min_size=1, max_size=3,
    ),
    size=st.integers(1, 5),
    keys=st.fixed_dictionaries({}, optional={
        "where": st.sampled_from([{"v": ["a", 1, True]}, {"id": [None, "b"], "v": ["b", None]}]),
        "min_chars": st.sampled_from([1, 2]),
        "limit": st.integers(1, 6),
        "drop_duplicates": st.booleans(),
        "columns": st.sampled_from([Columns(id="id"), Columns(id="v", title="text"),
                                    Columns(text="id"), Columns(date="id")]),
    }),
)  # fmt: skip
def test_what_is_read_does_not_depend_on_the_pieces(scratch, tables, size, keys):
    folder = scratch()
    for i, table in enumerate(tables):
        write(folder / f"{i}.jsonl", [{**row, "always": "x"} for row in table])
    data = Data(path=str(folder), **keys)
    assert seen(data, size) == seen(data, 10_000)


def test_types_that_come_late_are_known_to_all(tmp_path, by_twos):
    tags = [None, None, None, [1], None, []]
    numbers = [1, 2, None, 4, "five", 6]
    table = [{"text": f"row {i}", "tags": tags[i], "n": numbers[i]} for i in range(6)]
    table[5]["more"] = True
    dataset = load_corpus(Data(path=str(write(tmp_path / "a.jsonl", table))), seed=0).dataset
    assert dataset["tags"][:] == tags
    assert dataset["n"][:] == ["1", "2", None, "4", "five", "6"]
    assert dataset["more"][:] == [None] * 5 + [True]


def test_a_column_that_comes_late_exists(tmp_path, by_twos):
    table = [{"text": "a"}, {"text": "b"}, {"text": "c", "late": "x"}]
    data = Data(path=str(write(tmp_path / "a.jsonl", table)), where={"late": ["x"]})
    assert list(load_corpus(data, seed=0).texts) == ["c"]


def test_where_that_fits_nothing_counts_all_pieces(tmp_path, by_twos):
    table = [{"text": "a", "v": "xy"[i % 2]} for i in range(7)]
    data = Data(path=str(write(tmp_path / "a.jsonl", table)), where={"v": ["z"]})
    with pytest.raises(DataError, match="none of 7 rows") as error:
        load_corpus(data, seed=0)
    assert "x (4), y (3)" in error.value.hint


def test_rows_before_a_tear_are_kept(tmp_path):
    words = random.Random(0)
    lines = [f"{i},{words.random()}" for i in range(20_000)]
    whole = gzip.compress("\n".join(["n,text", *lines]).encode())
    (tmp_path / "torn.csv.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "good.csv").write_text("n,text\n1,one\n")
    corpus = load_corpus(Data(path=str(tmp_path)), seed=0)
    assert [item.where for item in corpus.rejected] == ["torn.csv.gz"]
    assert corpus.rejected[0].reason.startswith("cannot be read to its end (")
    n = len(corpus.texts) - 1
    assert 5000 < n < 15_000
    assert list(corpus.texts) == ["one", *(line.split(",")[1] for line in lines[:n])]


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_memory_does_not_grow_with_the_corpus(tmp_path, format):
    pytest.importorskip("resource")
    rng = np.random.default_rng(0)
    words = [bytes(rng.integers(97, 123, 6, np.uint8)).decode() for _ in range(500)]
    for name, n in (("small", 1000), ("large", 4000)):
        texts = [" ".join(rng.choice(words, 1500)) for _ in range(n)]
        if format == "parquet":
            pq.write_table(pa.table({"text": texts}), tmp_path / f"{name}.parquet")
        else:
            write(tmp_path / f"{name}.jsonl", [{"text": text} for text in texts])
    code = (
        "import resource, sys\n"
        "from framing.config import Data\n"
        "from framing.corpus import load_corpus\n"
        "for path in sys.argv[1:]:\n"
        "    corpus = load_corpus(Data(path=path), seed=0)\n"
        "    chars = sum(map(len, corpus.texts))\n"
        "    print(chars, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    paths = [str(tmp_path / f"{name}.{format}") for name in ("small", "large")]
    done = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True
    )
    (small, before), (large, after) = (map(int, s.split()) for s in done.stdout.splitlines())
    unit = 1 if sys.platform == "darwin" else 1024
    assert (after - before) * unit < (large - small) / 3
