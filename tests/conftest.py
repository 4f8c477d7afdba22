"""A small invented corpus, a bundle trained on it once, and the command line run in-process."""

import copy
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

STORIES = Path(__file__).parent / "data" / "stories"


@dataclass(frozen=True)
class Said:
    """What a command left: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def objects(self):
        return [json.loads(line) for line in self.out.splitlines()]


def run_in_process(*args, stdin=b""):
    """Run `framing` as the installed command does; what it does not catch is raised."""
    from framing.cli import main

    streams = {
        "stdin": None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"),
        "stdout": io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True),
        "stderr": io.TextIOWrapper(
            io.BytesIO(), encoding="utf-8", errors="backslashreplace", write_through=True
        ),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["framing", *map(str, args)])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        try:
            main()
            code = 0
        except SystemExit as leaving:
            code = leaving.code or 0
    out, err = (streams[name].buffer.getvalue().decode() for name in ("stdout", "stderr"))
    return Said(code, out, err)


def run_as_process(*args, stdin=b"", **environment):
    """Run `framing` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from framing.cli import main; main()", *map(str, args)],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
        timeout=300,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace"))


@pytest.fixture(scope="session")
def cli():
    return run_in_process


@pytest.fixture(scope="session")
def process():
    return run_as_process


@pytest.fixture(scope="session")
def stories():
    """The rows of the corpus that have a text, as dicts."""
    lines = (STORIES / "stories.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["text"]]


@pytest.fixture(scope="session")
def configs(tmp_path_factory):
    """The folder of the corpus's configs, which read it from wherever the tests are run."""
    folder = tmp_path_factory.mktemp("configs")
    for path in STORIES.glob("*.yaml"):
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        values["data"]["path"] = str(STORIES / "stories.jsonl")
        (folder / path.name).write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def full(configs):
    """Two style targets and corruption, with values left out."""
    return configs / "full.yaml"


@pytest.fixture(scope="session")
def quick(configs):
    """One style target on few columns: a run of a second or two."""
    return configs / "quick.yaml"


@pytest.fixture(scope="session")
def trained(full, tmp_path_factory):
    """A run of `framing train` on the full config; its folder is not to be changed."""
    folder = tmp_path_factory.mktemp("trained") / "bundle"
    said = run_in_process("train", full, "--output", folder)
    assert said.code == 0, said.err
    return folder, said


@pytest.fixture(scope="session")
def bundle(trained):
    return trained[0]


@pytest.fixture(scope="session")
def report(bundle):
    return json.loads((bundle / "report" / "report.json").read_text(encoding="utf-8"))


@pytest.fixture
def write_rows(tmp_path):
    """Write rows as a JSONL file and give its path."""

    def write(rows, name="rows.jsonl"):
        path = tmp_path / name
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        path.write_text("".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def without_pages(monkeypatch):
    """Skip drawing the report, which these tests do not look at and which takes most of a run."""
    import framing.report

    def write_report(report, folder):
        folder.mkdir()
        (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")

    monkeypatch.setattr(framing.report, "write_report", write_report)


@pytest.fixture(scope="session")
def model(bundle):
    import framing

    return framing.load(bundle)


@pytest.fixture
def trained_already(model, report, monkeypatch):
    """Let a run take the model that was trained before: only what it does with it is tested."""
    from framing.training import run

    monkeypatch.setattr(run, "_train", lambda config, progress: (model, copy.deepcopy(report)))
