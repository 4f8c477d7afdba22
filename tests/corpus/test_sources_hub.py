from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from framing.config import Data
from framing.corpus import load_corpus
from framing.errors import DataError

DATA = Path(__file__).parents[1] / "data" / "corpus"


@pytest.fixture
def dataset_folder(tmp_path):
    return shutil.copytree(DATA / "dataset", tmp_path / "dataset")


def load(hub, **keys):
    return load_corpus(
        Data(hub=str(hub), **keys), seed=0, label_columns={"targets.label.column": "label"}
    )


def test_a_folder_with_configurations(dataset_folder):
    corpus = load(dataset_folder, hub_config="short")
    assert list(corpus.texts) == ["A short one.", "Another short one."]
    assert corpus.dataset["id"][:] == ["dataset row 1", "dataset row 2"]
    both = load(dataset_folder, hub_config="short", hub_split="train+test")
    assert len(both.dataset) == 3
    assert len(load(dataset_folder, hub_config="long").dataset) == 1


def test_a_changed_file_is_read_anew(dataset_folder):
    first = load(dataset_folder, hub_config="long")
    file = dataset_folder / "long" / "train.jsonl"
    file.write_text(file.read_text() + '{"text": "One more.", "label": "b"}\n')
    assert len(load(dataset_folder, hub_config="long").dataset) == len(first.dataset) + 1


def test_class_numbers_are_read_as_names(tmp_path):
    import datasets

    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["bay", "hill"])}
    )
    rows = {"text": ["One.", "Two.", "Three."], "label": [1, 0, 1]}
    datasets.Dataset.from_dict(rows, features=features).to_parquet(tmp_path / "train.parquet")
    by_hub = load(tmp_path)
    assert by_hub.dataset["label"][:] == ["hill", "bay", "hill"]
    by_path = load_corpus(Data(path=str(tmp_path / "train.parquet")), seed=0)
    assert by_path.dataset["label"][:] == ["hill", "bay", "hill"]


def test_a_wrong_part_names_those_that_exist(dataset_folder):
    with pytest.raises(DataError, match="nosuch") as error:
        load(dataset_folder, hub_config="short", hub_split="nosuch")
    assert error.value.where == "data.hub_split"
    assert "train" in str(error.value)


@pytest.mark.parametrize("config", [None, "medium"])
def test_a_missing_or_wrong_configuration_names_those_that_exist(dataset_folder, config):
    with pytest.raises(DataError) as error:
        load(dataset_folder, hub_config=config)
    assert error.value.where == "data.hub_config"
    assert "short" in str(error.value)
    assert "long" in str(error.value)


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(DataError) as error:
        load(tmp_path)
    assert error.value.where == "data.hub"


def test_offline_says_what_to_do(tmp_path):
    code = (
        "from framing.config import Data\n"
        "from framing.corpus import load_corpus\n"
        "from framing.errors import DataError\n"
        "try:\n"
        "    load_corpus(Data(hub='some-owner/some-name'), seed=0)\n"
        "except DataError as error:\n"
        "    print(error.where, error)\n"
    )
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60
    )
    assert "data.hub" in done.stdout, done.stderr
    assert "hf download" in done.stdout
    assert len(done.stdout.splitlines()) <= 3
