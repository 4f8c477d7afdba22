from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.config import Columns, Data, Split
from framing.corpus import load_corpus
from framing.errors import DataError

DATA = Path(__file__).parents[1] / "data" / "corpus"
REVIEWS = {
    "path": str(DATA / "reviews.csv"),
    "columns": Columns(text="body", id="ref", title="body", date="day"),
}


def load(*, labels=(), seed=0, **keys):
    return load_corpus(
        Data(**{**REVIEWS, **keys}),
        seed=seed,
        label_columns={f"targets.{name}.column": name for name in labels},
    )


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_standard_columns_stand_beside_the_sources_own():
    dataset = load(drop_duplicates=False).dataset
    assert dataset.column_names[:3] == ["id", "title", "date"]
    assert dataset["id"][:] == ["r1", "r2", "r4", "r6", "r7", "r8"]
    assert dataset["date"][:] == ["2024-03-01", "2024-03-02", "2024-03-03", None, None, None]
    assert dataset["day"][3] == "not a day"
    assert dataset["stars"][:] == ["5", "2", "4", "2", "2", "1"]


def test_days_that_cannot_be_read_are_noted():
    assert "2 values of day are not read as a day" in load(drop_duplicates=False).card.notes


def test_duplicates_need_the_same_labels():
    by_text = load()
    assert by_text.dataset["id"][:] == ["r1", "r2", "r4", "r6"]
    assert by_text.duplicates_removed == 2
    by_label = load(labels=["stars"])
    assert by_label.dataset["id"][:] == ["r1", "r2", "r4", "r6", "r8"]
    assert by_label.duplicates_removed == 1


@pytest.mark.parametrize(
    ("key", "keys", "labels"),
    [
        ("data.columns.text", {"columns": Columns(text="bodi")}, ()),
        ("data.columns.id", {"columns": Columns(text="body", id="reff")}, ()),
        ("data.columns.title", {"columns": Columns(text="body", title="Body")}, ()),
        ("data.columns.date", {"columns": Columns(text="body", date="days")}, ()),
        ("data.columns.topic", {"columns": Columns(text="body", topic="days")}, ()),
        ("data.where.star", {"where": {"star": [1]}}, ()),
        ("data.split.groups", {"split": Split(groups=["stars", "refs"])}, ()),
        ("data.split.column", {"split": Split(column="parts")}, ()),
        ("targets.starz.column", {}, ["starz"]),
    ],
)
def test_a_missing_column_is_named_with_the_nearest(key, keys, labels):
    with pytest.raises(DataError, match="did you mean") as error:
        load(labels=labels, **keys)
    assert error.value.where == key
    assert "ref, body, stars, day, part" in error.value.hint


VALUES = [
    {"text": "a", "v": 1},
    {"text": "b", "v": 2},
    {"text": "c", "v": None},
    {"text": "d", "v": 1.5},
]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [([1], "a"), (["1"], "a"), ([1.0], "a"), ([None], "c"), ([2, 1.5], "bd"), (["1.5"], "d")],
)
def test_where_compares_numbers_and_strings(tmp_path, wanted, kept):
    path = write(tmp_path / "rows.jsonl", VALUES)
    corpus = load(path=path, columns=Columns(), where={"v": wanted})
    assert "".join(corpus.texts) == kept


@pytest.mark.parametrize("values", [(True, False), ("true", "false"), ("True", "False")])
def test_where_compares_truth_values(tmp_path, values):
    rows = [{"text": f"row {i}", "v": value} for i, value in enumerate(values)]
    path = write(tmp_path / "rows.jsonl", rows)
    corpus = load(path=path, columns=Columns(), where={"v": True})
    assert list(corpus.texts) == ["row 0"]


def test_where_on_several_columns_keeps_rows_that_fit_all():
    corpus = load(where={"stars": [2, 4], "part": ["train", "test"]}, drop_duplicates=False)
    assert corpus.dataset["id"][:] == ["r2", "r6", "r7"]


def test_where_that_fits_nothing_shows_what_there_is():
    with pytest.raises(DataError) as error:
        load(where={"part": "training"})
    assert error.value.where == "data.where.part"
    assert "train (2)" in error.value.hint


def test_short_texts_are_set_aside():
    corpus = load(min_chars=25)
    assert corpus.dataset["id"][:] == ["r1", "r2", "r4"]
    short = [item.where for item in corpus.rejected if "shorter" in item.reason]
    assert len(short) == 3


def test_nothing_left_says_why():
    with pytest.raises(DataError, match="shorter than 500 characters") as error:
        load(min_chars=500)
    assert "reviews.csv line" in error.value.hint
    assert error.value.where == "data.path"


@settings(max_examples=40, deadline=None)
@given(limit=st.integers(1, 8), seed=st.integers(0, 2**32 - 1))
def test_a_sample_keeps_the_order_and_follows_from_the_seed(limit, seed):
    everything = load(drop_duplicates=False).dataset["id"][:]
    ids = load(limit=limit, seed=seed, drop_duplicates=False).dataset["id"][:]
    assert len(ids) == min(limit, len(everything))
    assert ids == [name for name in everything if name in ids]
    assert ids == load(limit=limit, seed=seed, drop_duplicates=False).dataset["id"][:]


def test_other_seeds_draw_other_samples():
    assert len({tuple(load(limit=3, seed=s).dataset["id"][:]) for s in range(20)}) > 1


def test_ids_are_made_unique(tmp_path):
    rows = [{"name": n, "text": f"{i}"} for i, n in enumerate(["a", "a", "a #2", None, "a", ""])]
    path = write(tmp_path / "rows.jsonl", rows)
    ids = load(path=path, columns=Columns(id="name")).dataset["id"][:]
    assert len(set(ids)) == 6
    assert ids[0] == "a"
    assert ids[3] == "rows.jsonl line 4"


def test_numbers_serve_as_ids_and_texts(tmp_path):
    path = write(tmp_path / "rows.jsonl", [{"n": 7, "text": 12}])
    corpus = load(path=path, columns=Columns(id="n"))
    assert (corpus.dataset["id"][0], corpus.texts[0], corpus.dataset["n"][0]) == ("7", "12", 7)


def test_a_column_of_lists_is_no_text(tmp_path):
    path = write(tmp_path / "rows.jsonl", [{"text": ["a", "b"]}])
    with pytest.raises(DataError, match="holds no text") as error:
        load(path=path, columns=Columns())
    assert error.value.where == "data.columns.text"


def test_a_column_whose_place_is_taken_is_not_used_in_silence(tmp_path):
    path = write(tmp_path / "rows.jsonl", [{"body": "a", "id": 5, "text": "other"}])
    corpus = load(path=path, columns=Columns(text="body"))
    assert list(corpus.texts) == ["a"]
    assert sum("is not used" in note for note in corpus.card.notes) == 2
    with pytest.raises(DataError, match="whose place is taken") as error:
        load(path=path, columns=Columns(text="body"), labels=["text"])
    assert "data.columns.text" in error.value.hint


def test_rows_without_labels_stay(tmp_path):
    path = write(tmp_path / "rows.jsonl", [{"text": "a", "label": None}, {"text": "b"}])
    assert len(load(path=path, columns=Columns(), labels=["label"]).dataset) == 2


def test_the_fingerprint_follows_ids_texts_labels_and_order(tmp_path):
    def fingerprint(rows, labels=("label",)):
        path = write(tmp_path / "rows.jsonl", rows)
        return load(path=path, columns=Columns(id="n"), labels=labels).fingerprint

    rows = [{"n": 1, "text": "ab", "label": "c"}, {"n": 2, "text": "de", "label": None}]
    first = fingerprint(rows)
    assert first == fingerprint(rows)
    changed = [
        rows[::-1],
        [rows[0], {**rows[1], "label": ""}],
        [{**rows[0], "text": "a", "label": "bc"}, rows[1]],
        [{**rows[0], "n": 3}, rows[1]],
    ]
    assert len({first, *map(fingerprint, changed)}) == 5
    assert fingerprint([{**row, "extra": 1} for row in rows]) == first


def test_the_fingerprint_is_the_same_in_another_process():
    code = (
        "from framing.config import Data\n"
        "from framing.corpus import load_corpus\n"
        f"print(load_corpus(Data(path={str(DATA / 'letters')!r}), seed=0).fingerprint)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = load_corpus(Data(path=str(DATA / "letters")), seed=3)
    assert done.stdout.strip() == here.fingerprint


DAYS = [
    ("2024-03-01", "2024-03-01"), ("2024/3/1", "2024-03-01"), ("20240301", "2024-03-01"),
    ("2024-03-01T23:59:59Z", "2024-03-01"), ("1 March 2024", "2024-03-01"),
    ("Mar 1, 2024", "2024-03-01"), ("Fri, 01 Mar 2024 10:00:00 +0000", "2024-03-01"),
    (20240301, "2024-03-01"), ("2024-13-01", None), ("01/02/2024", None), ("soon", None),
    (None, None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "day"), DAYS)
def test_days_are_read_from_many_spellings(tmp_path, value, day):
    path = write(tmp_path / "rows.jsonl", [{"text": "a", "when": value}])
    assert load(path=path, columns=Columns(date="when")).dataset["date"][:] == [day]


def test_days_are_read_from_dates_and_times(tmp_path):
    from datetime import date, datetime

    import pyarrow as pa
    import pyarrow.parquet as pq

    table = {"text": ["a"], "day": [date(2024, 3, 1)], "time": [datetime(2024, 3, 1, 9)]}
    pq.write_table(pa.table(table), tmp_path / "rows.parquet")
    for column in ("day", "time"):
        corpus = load(path=str(tmp_path / "rows.parquet"), columns=Columns(date=column))
        assert corpus.dataset["date"][:] == ["2024-03-01"]


def test_selected_documents_stay_together():
    corpus = load(drop_duplicates=False)
    some = corpus.select([4, 0])
    assert some.dataset["id"][:] == ["r7", "r1"]
    assert list(some.texts) == [corpus.texts[4], corpus.texts[0]]
    assert some.card == corpus.card


def test_a_corpus_leaves_nothing_behind(tmp_path):
    code = (
        "import os\n"
        "from framing.config import Data\n"
        "from framing.corpus import load_corpus\n"
        f"corpus = load_corpus(Data(path={str(DATA / 'letters')!r}), seed=0)\n"
        f"print(len(os.listdir({str(tmp_path)!r})), corpus.texts[0][:5])"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[0] == "1"
    assert os.listdir(tmp_path) == []
