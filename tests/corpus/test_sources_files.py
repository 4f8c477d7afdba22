from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.config import Columns, Data
from framing.corpus import load_corpus
from framing.errors import DataError

DATA = Path(__file__).parents[1] / "data" / "corpus"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
CELLS = st.text(st.characters(exclude_categories=["Cs"]))
ROWS = st.lists(st.tuples(TEXTS, CELLS), min_size=1, max_size=20)
QUICK = settings(max_examples=60, deadline=None)


def load(*paths, text="text", **keys):
    keys = {"drop_duplicates": False, "columns": Columns(text=text), **keys}
    return load_corpus(Data(path=[str(path) for path in paths], **keys), seed=0)


def rows_of(corpus, *names):
    columns = (corpus.texts if name == "text" else corpus.dataset[name][:] for name in names)
    return list(zip(*columns, strict=True))


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    # hypothesis runs one test function many times: each run gets its own folder
    return lambda: Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))


# --- folders, globs, names


def test_a_folder_of_texts_gives_labels_and_paths():
    corpus = load(DATA / "letters")
    found = dict(rows_of(corpus, "path", "label"))
    assert found == {
        "garden/beans.txt": "garden",
        "garden/leeks.txt": "garden",
        "harbour/crane.txt": "harbour",
        "harbour/ferry.txt.gz": "harbour",
        "note.txt": None,
    }
    assert corpus.dataset["id"][:] == corpus.dataset["path"][:]
    texts = dict(rows_of(corpus, "path", "text"))
    assert texts["harbour/crane.txt"].startswith("A crane")
    assert "\r" not in texts["garden/leeks.txt"]
    assert texts["harbour/ferry.txt.gz"].startswith("The ferry")


def test_globs_and_lists_of_files_read_each_file_once():
    everything = load(DATA / "letters" / "**" / "*.txt", DATA / "letters" / "note.txt")
    assert sorted(everything.dataset["path"][:]) == [
        "garden/beans.txt",
        "garden/leeks.txt",
        "harbour/crane.txt",
        "note.txt",
    ]
    one = load(DATA / "letters" / "garden" / "*.txt")
    assert one.dataset["label"][:] == [None, None]


def test_the_home_folder_is_expanded(monkeypatch):
    monkeypatch.setenv("HOME", str(DATA))
    monkeypatch.setenv("USERPROFILE", str(DATA))
    assert len(load("~/letters").dataset) == 5


def test_a_file_name_with_brackets_is_a_file(tmp_path):
    (tmp_path / "a[1].txt").write_text("It has brackets in its name.")
    assert len(load(tmp_path / "a[1].txt").dataset) == 1


@pytest.mark.parametrize("entry", ["letter", "no/such/folder/x.csv", "*.nothing", "empty"])
def test_a_path_that_leads_nowhere_is_said(tmp_path, entry):
    shutil.copytree(DATA / "letters", tmp_path / "letters")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError) as error:
        load(tmp_path / entry)
    assert error.value.where == "data.path"
    if entry == "letter":
        assert "letters" in error.value.hint


def test_tables_in_a_folder_are_read_and_the_readme_is_set_aside(tmp_path):
    shutil.copy(DATA / "notes.jsonl", tmp_path)
    (tmp_path / "README.md").write_text("About these notes.")
    corpus = load(tmp_path)
    assert len(corpus.dataset) == 4
    assert "README.md" in {item.where for item in corpus.rejected}


def test_ids_do_not_depend_on_where_the_folder_lies(tmp_path):
    here = load(shutil.copytree(DATA / "letters", tmp_path / "elsewhere"))
    assert here.fingerprint == load(DATA / "letters").fingerprint


def test_a_link_that_leads_back_up_ends(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("Read once.")
    try:
        (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    assert len(load(tmp_path).dataset) == 1


# --- text files


def test_what_is_no_text_is_set_aside(tmp_path):
    (tmp_path / "good.txt").write_text("This one is good.")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (tmp_path / "controls.bin").write_bytes(bytes(range(1, 9)) * 20)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "blank.txt").write_bytes(b" \n ")
    (tmp_path / "torn.txt.gz").write_bytes(gzip.compress(b"Cut off." * 1000)[:-12])
    corpus = load(tmp_path)
    assert corpus.dataset["id"][:] == ["good.txt"]
    reasons = {item.where: item.reason.partition(" (")[0] for item in corpus.rejected}
    assert reasons == {
        "blank.txt": "no text",
        "controls.bin": "not a text file",
        "empty.txt": "empty file",
        "picture.png": "not a text file",
        "torn.txt.gz": "cannot be read",
    }


def test_broken_bytes_are_kept_as_replacement_characters_and_noted(tmp_path):
    (tmp_path / "latin.txt").write_bytes("Ein Käse, zwei Käse.".encode("latin-1"))
    (tmp_path / "fine.txt").write_text("Ein Käse.", encoding="utf-8")
    corpus = load(tmp_path)
    assert dict(rows_of(corpus, "id", "text"))["latin.txt"] == "Ein K\ufffdse, zwei K\ufffdse."
    assert any(note.startswith("1 text file is not valid UTF-8") for note in corpus.card.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("suffix", ["txt", "csv", "jsonl"])
def test_byte_order_marks_are_obeyed(tmp_path, encoding, suffix):
    sentence = "Käse über Brot, 喝茶."
    content = {"txt": sentence, "csv": f'text,n\r\n"{sentence}",1\r\n',
               "jsonl": json.dumps({"text": sentence}, ensure_ascii=False) + "\n"}  # fmt: skip
    path = tmp_path / f"file.{suffix}"
    path.write_bytes(content[suffix].encode(encoding))
    corpus = load(path)
    assert list(corpus.texts) == [sentence]
    assert not corpus.card.notes


# --- CSV


def write_csv(path, rows, header=("text", "note"), **dialect):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, **dialect)
        writer.writerow(header)
        writer.writerows(rows)


@QUICK
@given(rows=ROWS, delimiter=st.sampled_from([",", ";"]))
def test_csv_rows_come_back_equal(scratch, rows, delimiter):
    path = scratch() / "rows.csv"
    write_csv(path, rows, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    corpus = load(path)
    assert rows_of(corpus, "text", "note") == rows
    assert not corpus.rejected


def test_csv_example_keeps_good_rows_and_names_bad_lines():
    corpus = load(DATA / "reviews.csv", text="body")
    assert [(item.where, item.reason.partition(" (")[0]) for item in corpus.rejected] == [
        ("reviews.csv line 5", "wrong number of fields"),
        ("reviews.csv line 7", "no text"),
    ]
    assert corpus.dataset["ref"][:] == ["r1", "r2", "r4", "r6", "r7", "r8"]
    assert corpus.texts[1] == "The lid is loose.\nI sent it back."
    assert corpus.texts[2] == 'She said "buy it", so I did.'
    assert corpus.dataset["id"][2] == "reviews.csv line 6"


@QUICK
@given(
    rows=ROWS,
    bad=st.lists(st.integers(0, 20)),
    stray=st.sampled_from(["x,y,z", '"opened, never closed', "only one", '"a"b"c,d,e']),
)
def test_bad_csv_rows_cost_only_themselves(scratch, rows, bad, stray):
    # fields without quotes and line ends, so that a stray quote in between is the only one
    good = [("t " + " ".join(text.replace('"', "").split()), "n") for text, _ in rows]
    lines = ["text,note", *(f'"{text}",{note}' for text, note in good)]
    good_lines = [line for line in lines if line.isprintable()]
    kept = len(good_lines) - 1
    for at in bad:
        good_lines.insert(1 + at % len(good_lines), stray)
    path = scratch() / "rows.csv"
    path.write_text("\n".join(good_lines) + "\n", encoding="utf-8")
    if not kept:
        return
    corpus = load(path)
    texts = [text for text, _ in good if text.isprintable()]
    if stray.startswith('"opened'):
        # such a quote may take the line behind it along; never more
        assert len(corpus.dataset) >= kept - len(bad)
    else:
        assert list(corpus.texts) == texts
        assert len(corpus.rejected) == len(bad)


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text('text,note\nfirst,1\nbroken,"2\nsecond,3\nthird,4\n')
    corpus = load(path)
    assert list(corpus.texts) == ["first", "second", "third"]
    assert [item.where for item in corpus.rejected] == ["rows.csv line 3"]


def test_tabs_with_bare_quotes(tmp_path):
    path = tmp_path / "rows.tsv"
    path.write_text('text\tnote\n"So," she said\tone\nIt was 6" wide\ttwo\n')
    assert rows_of(load(path), "text", "note") == [
        ('"So," she said', "one"),
        ('It was 6" wide', "two"),
    ]


def test_one_column_and_long_fields(tmp_path):
    path = tmp_path / "rows.csv"
    long = "word " * 200_000
    path.write_text(f"text\n{long}\nshort\n")
    assert [len(text) for text in load(path).texts] == [len(long), 5]


def test_broken_bytes_in_csv_and_jsonl_are_noted(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"text,note\nK\xe4se,1\nBrot,2\n")
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "K\xe4se"}\n{"text": "Brot"}\n')
    corpus = load(tmp_path / "a.csv", tmp_path / "b.jsonl")
    assert list(corpus.texts) == ["K\ufffdse", "Brot"] * 2
    assert any(note.startswith("2 rows are not valid UTF-8") for note in corpus.card.notes)


# --- JSON

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@QUICK
@given(rows=ROWS)
def test_jsonl_rows_come_back_equal(scratch, rows):
    path = scratch() / "rows.jsonl"
    path.write_text("".join(json.dumps({"text": t, "note": n}) + "\n" for t, n in rows))
    assert rows_of(load(path), "text", "note") == rows


@QUICK
@given(rows=ROWS, values=st.lists(st.dictionaries(st.text(), JSON_VALUES, max_size=4), min_size=1))
def test_any_mix_of_json_values_is_read(scratch, rows, values):
    path = scratch() / "rows.jsonl"
    objects = [{**values[i % len(values)], "text": text} for i, (text, _) in enumerate(rows)]
    path.write_text("".join(json.dumps(value) + "\n" for value in objects))
    corpus = load(path)
    assert list(corpus.texts) == [text for text, _ in rows]
    assert corpus.dataset.to_list()


def test_jsonl_example_sets_bad_lines_aside_by_number():
    corpus = load(DATA / "notes.jsonl")
    assert [(item.where, item.reason.partition(" (")[0]) for item in corpus.rejected] == [
        ("notes.jsonl line 3", "not JSON"),
        ("notes.jsonl line 4", "not a JSON object"),
    ]
    assert corpus.dataset["n"][:] == ["1", "two", "3", "4"]
    assert corpus.dataset["tags"][:] == [None, None, ["wind", "cold"], None]
    assert corpus.texts[3] == "A lone surrogate \ufffd stands here."
    assert any("surrogate" in note for note in corpus.card.notes)


def test_strange_json_lines_are_set_aside(tmp_path):
    path = tmp_path / "rows.jsonl"
    lines = ['{"text": "good"}', '{"text": ' + "[" * 100_000, "[" * 100_000 + "]" * 100_000,
             '{"text": ' + "9" * 5000 + "}", "7", "null",
             '{"text": "deep", "x": ' + "[" * 700 + "]" * 700 + "}",
             '{"text": "also good"}']  # fmt: skip
    path.write_text("\n".join(lines))
    corpus = load(path)
    assert list(corpus.texts) == ["good", "also good"]
    assert len(corpus.rejected) == 6


def test_deep_but_valid_nesting_becomes_a_string(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "good", "deep": ' + "[" * 90 + "1" + "]" * 90 + "}\n")
    assert load(path).dataset["deep"][0] == "[" * 90 + "1" + "]" * 90


def test_an_array_of_objects(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('\n [\n {"text": "one"},\n 5, {"text": "two"}]')
    corpus = load(path)
    assert rows_of(corpus, "id", "text") == [
        ("rows.json record 1", "one"),
        ("rows.json record 3", "two"),
    ]
    path.write_text('\n{"text": "three"}\n\n{"text": "four"}\n')
    assert rows_of(load(path), "id", "text") == [
        ("rows.json line 2", "three"),
        ("rows.json line 4", "four"),
    ]


# --- Parquet


@QUICK
@given(rows=ROWS)
def test_parquet_rows_come_back_equal(scratch, rows):
    path = scratch() / "rows.parquet"
    texts, notes = zip(*rows, strict=True)
    pq.write_table(pa.table({"text": texts, "note": notes}), path)
    assert rows_of(load(path), "text", "note") == rows


def test_types_are_kept_and_unknown_ones_become_strings(tmp_path):
    columns = {
        "text": pa.array(["one", "two"]).dictionary_encode(),
        "n": pa.array([1, None]),
        "tags": pa.array([["a"], []]),
        "info": pa.array([{"a": 1}, None]),
        "map": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
        "view": pa.array(["x", None], pa.string_view()),
    }
    pq.write_table(pa.table(columns), tmp_path / "rows.parquet")
    corpus = load(tmp_path / "rows.parquet")
    assert rows_of(corpus, "text", "n", "tags") == [("one", 1, ["a"]), ("two", None, [])]
    assert corpus.dataset["view"][:] == ["x", None]
    assert {*corpus.dataset.column_names, "text"} == {"id", *columns}


def test_a_broken_parquet_file_is_named(tmp_path):
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and then nothing PAR1")
    with pytest.raises(DataError, match=r"broken\.parquet"):
        load(tmp_path / "broken.parquet")
    pq.write_table(pa.table({"text": ["good"]}), tmp_path / "good.parquet")
    corpus = load(tmp_path)
    assert list(corpus.texts) == ["good"]
    assert [item.where for item in corpus.rejected] == ["broken.parquet"]


def test_bytes_in_parquet_that_are_no_text_are_mended(tmp_path):
    texts = pa.array([b"K\xe4se", b"Brot", None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": texts, "n": [1, 2, 3]}), tmp_path / "rows.parquet")
    corpus = load(tmp_path / "rows.parquet")
    assert rows_of(corpus, "text", "n") == [("K\ufffdse", 1), ("Brot", 2)]
    assert any(note.startswith("1 row is not valid UTF-8") for note in corpus.card.notes)


def test_files_with_other_columns_are_stacked(tmp_path):
    pq.write_table(pa.table({"text": ["one"], "n": [1]}), tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_text('{"text": "two", "n": "x", "more": true}\n')
    write_csv(tmp_path / "c.csv", [("three", "note")])
    corpus = load(tmp_path)
    assert rows_of(corpus, "text", "n", "more", "note") == [
        ("one", "1", None, None),
        ("two", "x", True, None),
        ("three", None, None, "note"),
    ]


# --- all formats


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.parquet"])
def test_compressed_files_read_like_plain_ones(tmp_path, codec, name):
    plain = tmp_path / name
    if name.endswith("parquet"):
        pq.write_table(pa.table({"text": ["one", "two"]}), plain)
    elif name.endswith("csv"):
        write_csv(plain, [("one", ""), ("two", "")])
    else:
        plain.write_text('{"text": "one"}\n{"text": "two"}\n')
    packed = tmp_path / (name + {"gzip": ".gz", "zstd": ".zst"}[codec])
    with pa.CompressedOutputStream(str(packed), codec) as stream:
        stream.write(plain.read_bytes())
    assert list(load(packed).texts) == list(load(plain).texts) == ["one", "two"]


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=300)
    | st.builds(lambda a, b: a + b, st.sampled_from([b"text\n", b"[", b"\xff\xfe", b"PAR1"]),
                st.binary(max_size=100)),
    name=st.sampled_from(["x.txt", "x.csv", "x.tsv", "x.jsonl", "x.json", "x.parquet", "x.txt.gz",
                          "x.csv.zst", "x.jsonl.gz", "x.parquet.gz"]),
)  # fmt: skip
def test_arbitrary_bytes_raise_nothing_but_a_data_error(scratch, data, name):
    path = scratch() / name
    path.write_bytes(data)
    try:
        corpus = load(path)
    except DataError:
        return
    assert all(text.strip() for text in corpus.texts)
    assert len(corpus.dataset.to_list()) == len(corpus.dataset)


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.json", "x.txt", "x.parquet"])
def test_an_empty_file_is_said(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(DataError) as error:
        load(tmp_path / name)
    assert name in str(error.value)


def test_the_format_can_be_given(tmp_path):
    (tmp_path / "rows.data").write_text('{"text": "one"}\n')
    assert list(load(tmp_path / "rows.data", format="jsonl").texts) == ["one"]
    as_text = load(tmp_path / "rows.data")
    assert list(as_text.texts) == ['{"text": "one"}\n']


def test_a_pipe_is_refused(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="neither a file nor a folder"):
        load(tmp_path / "pipe")


def test_many_batches_make_one_table(tmp_path):
    path = tmp_path / "rows.jsonl"
    with open(path, "w") as file:
        for i in range(25_000):
            value = i if i < 20_000 else f"s{i}"
            file.write(json.dumps({"text": f"row {i}", "n": value}) + "\n")
    corpus = load(path)
    assert len(corpus.dataset) == 25_000
    assert corpus.dataset["n"][0] == "0"
    assert corpus.dataset["n"][24_999] == "s24999"
