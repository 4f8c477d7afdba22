"""Where a run may leave its bundle."""

import pytest

from framing.bundle import read_manifest
from framing.errors import BundleError
from framing.training import run as run_module
from framing.training import train

pytestmark = pytest.mark.usefixtures("without_pages", "trained_already")


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def no_work(monkeypatch):
    def work(*_):
        raise AssertionError("the run went to work")

    monkeypatch.setattr(run_module, "_train", work)


def test_an_existing_bundle_is_refused_before_any_work(quick, tmp_path, request):
    train(quick, output=tmp_path / "old")
    before = contents(tmp_path / "old")
    request.getfixturevalue("no_work")
    with pytest.raises(BundleError, match=r"a bundle stands there already\n.*--force"):
        train(quick, output=tmp_path / "old")
    assert contents(tmp_path / "old") == before


def test_force_replaces_a_bundle(quick, tmp_path, cli):
    folder = tmp_path / "models" / "old"
    train(quick, output=folder)
    assert cli("train", quick, "--set", "seed=4", "--output", folder, "--force").code == 0
    assert "seed: 4" in (folder / "config.yaml").read_text()
    assert [p.name for p in folder.parent.iterdir()] == ["old"]


@pytest.mark.usefixtures("no_work")
def test_what_is_no_bundle_is_refused_before_any_work(quick, tmp_path, cli):
    (tmp_path / "chapter.txt").write_text("years of work")
    said = cli("train", quick, "--output", tmp_path, "--force")
    assert (said.code, said.out) == (1, "")
    assert "something stands there that is not a framing bundle" in said.err
    assert [p.name for p in tmp_path.iterdir()] == ["chapter.txt"]


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize("place", ["file/bundle", "file/deep/bundle", "n" * 300])
def test_a_place_that_cannot_be_written_to_is_told_before_any_work(place, quick, tmp_path, cli):
    (tmp_path / "file").write_text("x")
    said = cli("train", quick, "--output", tmp_path / place)
    assert said.code == 1
    assert said.err.startswith(f"error: {tmp_path / place}: a bundle cannot be written there")
    assert "--output" in said.err


def test_without_output_the_name_gives_the_place(quick, tmp_path, monkeypatch, cli):
    monkeypatch.chdir(tmp_path)
    said = cli("train", quick, "--set", "name=other")
    assert said.out.splitlines()[-1].startswith("bundle models/other ")
    assert (tmp_path / "models" / "other" / "manifest.json").is_file()


@pytest.fixture
def bare(quick, tmp_path, monkeypatch):
    """Where `framing train` without a config leaves its bundle."""
    monkeypatch.setattr("framing.config.reading.packaged_config", lambda name="default": quick)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "models" / "quick"


def test_a_bare_run_replaces_what_a_bare_run_left(bare, cli):
    assert cli("train").code == 0
    assert read_manifest(bare)["config_from"] == "packaged default"
    assert cli("train", "--set", "seed=4").code == 0
    assert "seed: 4" in (bare / "config.yaml").read_text()


def test_a_bare_run_replaces_nothing_else(bare, cli, quick):
    assert cli("train", quick).code == 0
    before = contents(bare)
    said = cli("train")
    assert (said.code, contents(bare)) == (1, before)
    assert "a bundle stands there already" in said.err


def test_only_a_bare_run_replaces_a_bare_runs_bundle(bare, cli, quick):
    assert cli("train").code == 0
    before = contents(bare)
    assert cli("train", quick).code == 1
    assert cli("train", "--output", "models/quick").code == 1
    assert contents(bare) == before


def test_a_bare_run_does_not_replace_an_altered_bundle(bare, cli):
    assert cli("train").code == 0
    altered = (bare / "manifest.json").read_text().replace("framing train", "framing  train")
    (bare / "manifest.json").write_text(altered)
    assert cli("train").code == 1
    assert (bare / "manifest.json").read_text() == altered


@pytest.mark.usefixtures("no_work")
def test_a_dry_run_tells_sizes_and_trains_nothing(quick, tmp_path, monkeypatch, cli, stories):
    monkeypatch.chdir(tmp_path)
    said = cli("train", quick, "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert f"{len(stories) - 1} documents, 1 set aside, 1 duplicates removed" in said.out
    assert "98 train, 26 test, 0 left out" in said.out
    assert "outlet: Kite Daily: " in said.out
    assert "set aside: stories.jsonl line " in said.out
    assert list(tmp_path.iterdir()) == []
