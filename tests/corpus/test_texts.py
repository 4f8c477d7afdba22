from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.corpus import texts as texts_module
from framing.corpus.texts import Texts, TextsWriter
from framing.errors import DataError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MANY = st.lists(TEXT, max_size=30)
QUICK = settings(max_examples=60, deadline=None)
MEGABYTE = 1 << 20


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def write(texts, batch=MEGABYTE):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_module, "_BATCH_BYTES", batch)
        return Texts.write(texts)


@QUICK
@given(texts=MANY, batch=st.integers(1, 80))
def test_texts_come_back_equal(texts, batch):
    found = write(texts, batch)
    assert list(found) == texts
    assert [found[i] for i in range(len(found))] == texts
    assert [bytes(view).decode() for view in found.encoded()] == texts
    assert found.lengths.tolist() == [len(text) for text in texts]
    assert found.lengths.dtype == np.int64


@QUICK
@given(texts=MANY.filter(len), batch=st.integers(1, 80), data=st.data())
def test_rows_are_taken_and_selected_in_the_order_asked_for(texts, batch, data):
    found = write(texts, batch)
    rows = data.draw(st.lists(st.integers(-len(texts), len(texts) - 1)))
    wanted = [texts[i] for i in rows]
    assert found.take(rows) == found.take(np.array(rows, np.int32)) == wanted
    some = found.select(rows)
    assert list(some) == wanted
    assert some.lengths.tolist() == [len(text) for text in wanted]
    again = data.draw(st.lists(st.integers(0, max(0, len(rows) - 1)))) if rows else []
    assert list(some.select(again)) == some.take(again) == [wanted[i] for i in again]


@QUICK
@given(texts=MANY, cut=st.slices(40))
def test_slices_are_those_of_a_list(texts, cut):
    assert list(write(texts)[cut]) == texts[cut]


@QUICK
@given(parts=st.lists(MANY), batch=st.integers(1, 80), data=st.data())
def test_strings_and_arrow_arrays_are_written_in_order(parts, batch, data):
    with pytest.MonkeyPatch.context() as patch, TextsWriter() as writer:
        patch.setattr(texts_module, "_BATCH_BYTES", batch)
        for part in parts:
            array = pa.array(["", *part], pa.large_string()).slice(1)
            writer.extend(data.draw(st.sampled_from([part, array, pa.chunked_array([array])])))
        found = writer.finish()
    assert list(found) == [text for part in parts for text in part]


@pytest.mark.parametrize("row", [3, -4, np.int64(3)])
def test_a_row_that_there_is_not_is_said(row):
    found = write(["a", "b", "c"])
    for ask in (found.__getitem__, lambda i: found.take([i]), lambda i: found.select([i])):
        with pytest.raises(IndexError):
            ask(row)


@pytest.mark.parametrize("rows", [[0.5], [True], ["a"]])
def test_rows_are_whole_numbers(rows):
    with pytest.raises(TypeError):
        write(["a"]).take(rows)


def test_batches_hold_a_megabyte_and_longer_texts_are_alone(folder):
    texts = ["ä" * 1000] * 3000 + ["b" * (3 * MEGABYTE), "c"] + [""] * 300_000
    found = write(texts)
    (path,) = folder.glob("*/*.arrow")
    chunks = pa.ipc.open_file(path).read_all().column(0).chunks
    assert all(chunk.nbytes <= MEGABYTE + 8 or len(chunk) == 1 for chunk in chunks)
    assert sum(chunk.nbytes for chunk in chunks[:-1]) > 0.8 * MEGABYTE * (len(chunks) - 2)
    assert found.take([3001, 3000]) == ["c", "b" * (3 * MEGABYTE)]


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="tells bytes read on Linux only")
def test_few_rows_need_little_of_the_file():
    def bytes_read():
        return int(Path("/proc/self/io").read_text().split()[1])

    found = write(["word " * 2000] * 4000)
    before = bytes_read()
    assert len(found.take([17, 3900])) == 2
    assert bytes_read() - before < 3 * MEGABYTE


def test_several_threads_read_at_once():
    texts = [f"{i} " * (i % 50) for i in range(3000)]
    found = write(texts, 2000)

    def read(seed):
        rows = np.random.default_rng(seed).integers(0, len(texts), 400)
        return found.take(rows) == [texts[i] for i in rows] and list(found) == texts

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(16)))


def test_the_file_goes_with_the_last_who_reads_it(folder):
    found = write(["a", "b"])
    some = found.select([1])
    del found
    gc.collect()
    assert list(some) == ["b"]
    assert len(os.listdir(folder)) == 1
    del some
    gc.collect()
    assert os.listdir(folder) == []


def test_what_is_not_finished_is_removed(folder):
    with TextsWriter() as writer:
        writer.append("a")
        assert os.listdir(folder)
    assert os.listdir(folder) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_the_file_goes_with_the_process_that_made_it(tmp_path):
    code = (
        "import os, sys\n"
        "from framing.corpus.texts import Texts\n"
        "texts = Texts.write(['a', 'b'])\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    print(*texts)\n"
        "    sys.exit()\n"
        "os.waitpid(child, 0)\n"
        "print(*texts)\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout == "a b\na b\n"
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="TMPDIR"):
        Texts.write(["a"])


def test_a_full_disk_is_said(tmp_path):
    pytest.importorskip("resource")
    code = (
        "import resource\n"
        "from framing.corpus.texts import Texts\n"
        "from framing.errors import DataError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    Texts.write(['word ' * 1000] * 1000)\n"
        "except DataError as error:\n"
        "    print(error)\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert "TMPDIR" in done.stdout, done.stderr
    assert os.listdir(tmp_path) == []
