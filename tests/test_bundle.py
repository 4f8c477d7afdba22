"""The files of a bundle: written all or not at all, and read only as they were written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import joblib
import pytest

import framing
from framing.bundle import read_manifest, write_bundle
from framing.config import load_config
from framing.errors import BundleError

FILES = (
    "model.joblib", "config.yaml", "manifest.json",
    "report/report.json", "report/report.md", "report/index.html",
)  # fmt: skip


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def a_report(folder):
    folder.mkdir()
    (folder / "report.md").write_text("# A report\n")


@pytest.fixture
def write(model, quick):
    """Write a bundle of the trained model; the seed tells one from another."""

    def write(folder, *, seed=3, report=a_report, force=False):
        config = load_config(quick, [f"seed={seed}"])
        write_bundle(folder, model, config, report, {"config_from": "a test"}, force=force)

    return write


def seed_of(folder):
    return load_config(folder / "config.yaml").seed


@pytest.fixture
def old(write, tmp_path):
    folder = tmp_path / "models" / "old"
    write(folder)
    return folder


@pytest.fixture
def copy(bundle, tmp_path):
    """A copy of the trained bundle, to be broken."""
    return shutil.copytree(bundle, tmp_path / "copy")


def test_a_bundle_is_not_replaced_unasked(old, write):
    before = contents(old)
    with pytest.raises(BundleError, match="a bundle stands there already"):
        write(old, seed=4)
    assert contents(old) == before


def test_force_replaces_a_bundle_and_leaves_nothing_beside_it(old, write):
    (old / "left-over.txt").write_text("x")
    write(old, seed=4, force=True)
    assert seed_of(old) == 4
    assert framing.load(old)
    assert not (old / "left-over.txt").exists()
    assert [p.name for p in old.parent.iterdir()] == ["old"]


@pytest.mark.parametrize("what", ["folder", "file", "another kind", "deep", "binary"])
def test_what_is_no_bundle_is_never_replaced(what, write, tmp_path):
    place = tmp_path / "thesis"
    if what == "file":
        place.write_text("years of work")
    else:
        place.mkdir()
        (place / "chapter.txt").write_text("years of work")
    manifest = {"another kind": b'{"format": "web-app"}', "deep": b"[" * 100_000, "binary": b"\xff"}
    if what in manifest:
        (place / "manifest.json").write_bytes(manifest[what])
    with pytest.raises(BundleError, match="something stands there that is not a framing bundle"):
        write(place, force=True)
    kept = place if what == "file" else place / "chapter.txt"
    assert kept.read_text() == "years of work"


def test_an_empty_folder_may_be_filled(write, tmp_path):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty")
    assert framing.load(tmp_path / "empty")


def test_a_damaged_bundle_may_be_replaced_with_force(old, write):
    (old / "model.joblib").write_bytes(b"")
    write(old, seed=4, force=True)
    assert framing.load(old)


def test_a_link_stays_and_what_it_leads_to_is_replaced(old, write, tmp_path):
    link = tmp_path / "latest"
    link.symlink_to(old)
    write(link, seed=4, force=True)
    assert link.is_symlink()
    assert seed_of(old) == 4
    assert {p.name for p in tmp_path.iterdir()} == {"latest", "models"}


def test_a_full_disk_leaves_the_old_bundle(old, write):
    before = contents(old)

    def full_disk(folder):
        a_report(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(BundleError, match="No space left on device"):
        write(old, seed=4, report=full_disk, force=True)
    assert contents(old) == before
    assert [p.name for p in old.parent.iterdir()] == ["old"]


def test_a_report_writer_that_breaks_leaves_nothing(write, tmp_path):
    def broken(folder):
        a_report(folder)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "models" / "new", report=broken)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_kill_while_writing_leaves_the_old_bundle_and_room_for_the_next(old, write, bundle):
    before = contents(old)
    script = (
        "import sys, time, framing\n"
        "from pathlib import Path\n"
        "from framing.bundle import write_bundle\n"
        "from framing.config import load_config\n"
        "old = Path(sys.argv[1])\n"
        "def stuck(folder):\n"
        "    folder.mkdir(); (folder / 'half').write_text('x'); print('now', flush=True)\n"
        "    time.sleep(60)\n"
        "config = load_config(old / 'config.yaml')\n"
        "write_bundle(old, framing.load(old), config, stuck, {}, force=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(old)], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"now\n"
        assert contents(old) == before
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert contents(old) == before
    assert framing.load(old)
    assert all(p.name == "old" or p.name.startswith(".old.") for p in old.parent.iterdir())
    write(old, seed=4, force=True)
    assert seed_of(old) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the old bundle steps aside")
def test_the_place_is_never_empty_while_a_bundle_is_replaced(old, write):
    missing, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            if not (old / "manifest.json").is_file():
                missing.append(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for seed in range(5):
            write(old, seed=seed, force=True)
    finally:
        stop.set()
        watcher.join()
    assert not missing


def test_the_old_bundle_steps_aside_where_folders_cannot_change_places(old, write, monkeypatch):
    monkeypatch.setattr("framing.bundle.sys.platform", "darwin")
    write(old, seed=4, force=True)
    assert seed_of(old) == 4
    assert [p.name for p in old.parent.iterdir()] == ["old"]


def test_a_bundle_can_be_read_by_others(old):
    assert old.stat().st_mode & 0o777 == 0o755


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["flipped", "cut", "longer", "gone", "a folder"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_as_it_was_written_is_named(name, how, copy, cli, tmp_path):
    path = copy / name
    if how == "flipped":
        flip(path)
    elif how == "cut":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "longer":
        with path.open("ab") as file:
            file.write(b"{}")
    else:
        path.unlink()
    if how == "a folder":
        path.mkdir()
    (tmp_path / "a.txt").write_text("Guess what, folks?")
    said = cli("predict", tmp_path / "a.txt", "--model", copy)
    assert (said.code, said.out) == (1, "")
    named = copy if name == "manifest.json" and not path.is_file() else path
    assert said.err.startswith(f"error: {named}: ")
    assert "framing train" in said.err or "train it again" in said.err


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"null", b"{}", b'{"files": []}', b"\xff\xfe\x00", b"[" * 100_000,
     b'{"a":' * 100_000, b'{"files": {}, "x": NaN', b'{"format": "framing-bundle"}'],
)  # fmt: skip
def test_a_manifest_that_is_none_is_refused(text, copy):
    (copy / "manifest.json").write_bytes(text)
    with pytest.raises(BundleError, match=r"manifest\.json: it cannot be read"):
        framing.load(copy)


def rewrite(folder, **changes):
    """Change the manifest and give it the hash that fits: no accident, but a hand."""
    from framing import bundle as bundle_module

    manifest = {**json.loads((folder / "manifest.json").read_text()), **changes}
    manifest["sha256"] = bundle_module._own_hash(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def with_model(folder, obj):
    from framing import bundle as bundle_module

    if isinstance(obj, bytes):
        (folder / "model.joblib").write_bytes(obj)
    else:
        joblib.dump(obj, folder / "model.joblib")
    files = read_manifest(folder)["files"]
    fingerprint = bundle_module._fingerprint(folder / "model.joblib")
    rewrite(folder, files={**files, "model.joblib": fingerprint})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": 1}, "schema 1"),
        ({"schema": "4"}, "schema '4'"),
        ({"schema": None}, "schema None"),
        ({"format": "web-app"}, "'web-app'"),
    ],
)
def test_another_schema_is_refused_by_name(changes, said, copy):
    rewrite(copy, **changes)
    with pytest.raises(BundleError, match="reads 'framing-bundle' schema 4") as caught:
        framing.load(copy)
    assert said in str(caught.value)


def test_a_changed_word_in_the_manifest_is_noticed(copy):
    path = copy / "manifest.json"
    path.write_text(path.read_text().replace("sober", "sobre"))
    with pytest.raises(BundleError, match=r"manifest\.json: it was altered"):
        framing.load(copy)


def test_a_manifest_in_another_layout_says_the_same(copy):
    path = copy / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert framing.load(copy)


def test_a_model_that_the_manifest_does_not_list_is_not_loaded(copy):
    rewrite(copy, files={})
    with pytest.raises(BundleError, match=r"it does not list model\.joblib"):
        framing.load(copy)


@pytest.mark.parametrize("name", ["../elsewhere", "n" * 400, "nul\0byte"])
def test_a_listed_file_that_cannot_be_is_missing(name, copy):
    files = read_manifest(copy)["files"]
    rewrite(copy, files={**files, name: {"sha256": "", "bytes": 0}})
    with pytest.raises(BundleError, match="it is missing"):
        framing.load(copy)


@pytest.mark.parametrize("obj", [{"a": 1}, [], "a model", None])
def test_a_joblib_file_of_something_else_is_refused(obj, copy):
    with_model(copy, obj)
    with pytest.raises(BundleError, match=r"model\.joblib: it holds no framing model"):
        framing.load(copy)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x80\x05.", b"cnowhere\nnothing\n."])
def test_a_file_that_cannot_be_loaded_is_told_with_its_versions(data, copy):
    with_model(copy, data)
    with pytest.raises(BundleError, match=r"model\.joblib: it cannot be loaded here") as caught:
        framing.load(copy)
    assert "scikit-learn" in caught.value.hint


@pytest.mark.parametrize("place", ["nowhere", "n" * 300, "a.txt", "."])
def test_where_no_bundle_stands_the_hint_is_to_train_one(place, tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(BundleError) as caught:
        framing.load(tmp_path / place)
    assert "framing train" in caught.value.hint
