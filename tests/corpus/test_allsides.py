"""One Parquet file of a clone of the AllSides articles."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from framing.config import load_config
from framing.corpus import allsides
from framing.corpus.allsides import write_allsides
from framing.errors import DataError
from framing.progress import Progress
from framing.training import load_documents

CLONE = Path(__file__).parent.parent / "data" / "corpus" / "allsides"
COLUMNS = [
    "id", "text", "title", "source", "source_url", "url", "topic", "date", "authors", "bias",
    "random_split", "media_split",
]  # fmt: skip


@pytest.fixture
def clone(tmp_path):
    """A clone that may be broken."""
    return Path(shutil.copytree(CLONE, tmp_path / "clone"))


def article(clone, name):
    return json.loads((clone / "data" / "jsons" / f"{name}.json").read_text(encoding="utf-8"))


def test_every_article_is_a_row_as_it_was_scraped(tmp_path):
    written = write_allsides(CLONE, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == COLUMNS
    assert {field.type for field in table.schema} == {pa.large_string()}
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == ["aa1", "ab2", "ba3", "bb4", "ca5", "cb6"]
    for row in rows:
        published = article(CLONE, row["id"])
        assert row["text"] == published["content_original"]
        assert row["bias"] == published["bias_text"]
        for name in ("title", "source", "source_url", "url", "topic", "date", "authors"):
            assert row[name] == published[name]
    assert (written.rows, written.rejected, written.notes) == (6, [], [])
    assert written.biases == {"left": 2, "right": 2, "center": 2}


def test_the_parts_of_the_splits_are_columns_test_too(tmp_path):
    written = write_allsides(CLONE, tmp_path / "a.parquet")
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["random_split"] for row in rows] == [
        "train", "valid", "train", "test", "train", None,
    ]  # fmt: skip
    assert [row["media_split"] for row in rows] == [
        "train",
        "train",
        "test",
        None,
        "valid",
        "valid",
    ]
    assert written.parts["media_split"] == {"train": 2, "valid": 2, "test": 1, None: 1}


def test_a_run_reads_the_file_with_the_split_as_published(quick, tmp_path):
    write_allsides(CLONE, tmp_path / "a.parquet")
    documents = load_documents(
        load_config(quick, [f"data.path={tmp_path / 'a.parquet'}", "data.columns.id=id",
                            "targets.outlet.column=bias", "data.split.column=random_split"]),
        Progress(),
    )  # fmt: skip
    found = dict(zip(documents.columns["id"], documents.split.side.tolist(), strict=True))
    assert found == {"aa1": 0, "ab2": 1, "ba3": 0, "bb4": 1, "ca5": 0}


def test_memory_holds_a_few_articles_only(tmp_path, monkeypatch):
    monkeypatch.setattr(allsides, "TABLE_BYTES", 60)
    write_allsides(CLONE, tmp_path / "a.parquet")
    file = pq.ParquetFile(tmp_path / "a.parquet")
    assert file.num_row_groups > 1
    assert len(file.read()) == 6


BROKEN = {
    "not JSON": b'{"ID": "aa1", ',
    "not a JSON object": b"[1]",
    "no ID": b'{"content_original": "The quay.", "bias_text": "left"}',
    "no content_original": b'{"ID": "zz", "content": "The quay .", "bias_text": "left"}',
    "bias_text is not left, center or right": b'{"ID": "zz", "content_original": "The quay."}',
    "its ID is taken":
        b'{"ID": "aa1", "content_original": "The quay.", "bias_text": "left"}',
    "not JSON (nested too deeply)": b'{"a": ' + b"[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("reason", BROKEN)
def test_a_bad_file_is_set_aside_and_costs_no_good_one(reason, clone, tmp_path, cli):
    (clone / "data" / "jsons" / "zz.json").write_bytes(BROKEN[reason])
    out = tmp_path / "a.parquet"
    said = cli("data", "allsides", clone, out)
    assert said.code == 3
    assert "6 articles: left 2, center 2, right 2" in said.out
    assert "1 files are set aside" in said.err
    assert f"set aside: data/jsons/zz.json: {reason}" in said.err
    assert len(pq.read_table(out)) == 6


def test_odd_values_are_kept_as_strings(clone, tmp_path):
    odd = article(clone, "aa1") | {"authors": ["Ida", "Per"], "topic": None, "title": "\ud800!"}
    (clone / "data" / "jsons" / "aa1.json").write_text(json.dumps(odd), encoding="utf-8")
    (clone / "data" / "jsons" / "._aa1.json").write_bytes(b"\0\5\x16\7")
    written = write_allsides(clone, tmp_path / "a.parquet")
    row = pq.read_table(tmp_path / "a.parquet").to_pylist()[0]
    assert (row["authors"], row["topic"], row["title"]) == ('["Ida", "Per"]', None, "\ufffd!")
    assert written.rejected == []


def test_splits_that_do_not_fit_the_articles_are_told(clone, tmp_path, cli):
    splits = clone / "data" / "splits" / "random"
    for part, row in (("train", "gone1\t0"), ("test", "aa1\t0"), ("valid", "")):
        with (splits / f"{part}.tsv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    said = cli("data", "allsides", clone, tmp_path / "a.parquet")
    assert said.code == 0
    assert "note: 1 ids of random_split have no article in the file" in said.err
    assert "note: 1 ids of random_split are in several parts, and are left in none" in said.err
    assert "random_split: train 2, valid 1, test 1, none 2" in said.out


@pytest.mark.parametrize("lost", ["data/jsons", "data/splits/media", "data/splits/random/test.tsv"])
def test_what_a_clone_lacks_is_named(lost, clone, tmp_path, cli):
    path = clone / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    said = cli("data", "allsides", clone, tmp_path / "a.parquet")
    assert said.code == 1
    assert said.err.startswith(f"error: {clone}: no clone of the AllSides articles: it has no ")
    assert lost in said.err
    assert "git clone https://github.com/ramybaly/Article-Bias-Prediction" in said.err
    assert not (tmp_path / "a.parquet").exists()


def test_a_folder_that_is_not_there_is_told_with_the_way_to_it(tmp_path, cli):
    said = cli("data", "allsides", tmp_path / "none", tmp_path / "a.parquet")
    assert said.code == 1
    assert "there is no such folder" in said.err
    assert "git clone" in said.err


def test_a_split_without_its_column_is_told(clone, tmp_path):
    (clone / "data" / "splits" / "media" / "valid.tsv").write_text("key\tbias\nab2\t0\n")
    with pytest.raises(DataError, match=r"valid\.tsv: no column ID"):
        write_allsides(clone, tmp_path / "a.parquet")


def test_an_existing_file_is_replaced_only_by_force(tmp_path, cli):
    out = tmp_path / "deep" / "a.parquet"
    assert cli("data", "allsides", CLONE, out).code == 0
    out.write_bytes(b"mine")
    said = cli("data", "allsides", CLONE, out)
    assert (said.code, said.out) == (1, "")
    assert "--force" in said.err
    assert out.read_bytes() == b"mine"
    assert cli("data", "allsides", CLONE, out, "--force").code == 0
    assert len(pq.read_table(out)) == 6
    assert list(out.parent.iterdir()) == [out]
    assert cli("data", "allsides", CLONE, out.parent, "--force").code == 1


def test_nothing_usable_leaves_the_old_file(clone, tmp_path, cli):
    for path in (clone / "data" / "jsons").iterdir():
        path.write_bytes(b"{")
    out = tmp_path / "a.parquet"
    out.write_bytes(b"mine")
    said = cli("data", "allsides", clone, out, "--force")
    assert said.code == 1
    assert "6 × not JSON" in said.err
    assert list(tmp_path.glob("*a.parquet*")) == [out]
    assert out.read_bytes() == b"mine"
