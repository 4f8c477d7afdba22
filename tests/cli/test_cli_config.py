import json
from pathlib import Path

import pytest
import yaml

from framing.config import Config, load_config, packaged_config


@pytest.mark.parametrize("which", ["full", "quick", "packaged"])
def test_what_is_printed_is_the_config_that_would_be_used(which, cli, tmp_path, configs):
    file = None if which == "packaged" else configs / f"{which}.yaml"
    said = cli("config", *([file] if file else []))
    assert (said.code, said.err) == (0, "")
    (tmp_path / "resolved.yaml").write_text(said.out, encoding="utf-8")
    assert load_config(tmp_path / "resolved.yaml") == load_config(file)
    assert cli("config", tmp_path / "resolved.yaml").out == said.out


def test_every_default_is_written_out(cli, quick):
    values = yaml.safe_load(cli("config", quick).out)
    assert set(values) == set(Config.model_fields)
    assert values["targets"]["outlet"]["C"] == 1.0


def test_overrides_are_in_it(cli, quick):
    said = cli("config", quick, "--set", "seed=11", "--set", "data.split.column=part")
    values = yaml.safe_load(said.out)
    assert values["seed"] == 11
    assert values["data"]["split"]["by"] == "column"
    assert values["data"]["split"]["column"] == "part"


def test_the_schema_is_a_json_schema_of_what_a_config_may_say(cli, full):
    schema = json.loads(cli("config", "--schema").out)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(Config.model_fields)
    assert set(schema["required"]) == {"data", "views", "targets"}
    assert set(yaml.safe_load(Path(full).read_text())) <= set(schema["properties"])
    assert_references_lead_somewhere(schema, schema)


def assert_references_lead_somewhere(node, schema):
    if isinstance(node, dict):
        if "$ref" in node:
            name = node["$ref"].removeprefix("#/$defs/")
            assert name in schema["$defs"]
        for value in node.values():
            assert_references_lead_somewhere(value, schema)
    elif isinstance(node, list):
        for value in node:
            assert_references_lead_somewhere(value, schema)


@pytest.mark.parametrize(
    ("typo", "path", "right"),
    [
        ("sed=1", "sed", "seed"),
        ("data.splitt={}", "data.splitt", "split"),
        ("views.words.analyser=char", "views.words.analyser", "analyzer"),
        ("targets.outlet.colum=x", "targets.outlet.colum", "column"),
        ("evaluation.fold=3", "evaluation.fold", "folds"),
    ],
)
@pytest.mark.parametrize("verb", ["config", "train"])
def test_a_typo_names_the_nearest_key(verb, typo, path, right, cli, quick):
    said = cli(verb, quick, "--set", typo)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"error: {quick}: {path}: no such key; did you mean {right!r}?")
    assert "framing config --schema" in said.err


@pytest.mark.parametrize("content", [b"", b"- a\n", b"\xff\xfe", b"a: [", b"a: b: c", b"[" * 400])
def test_a_file_that_is_no_config_is_told_in_a_sentence(content, cli, tmp_path):
    (tmp_path / "c.yaml").write_bytes(content)
    for verb in ("config", "train"):
        said = cli(verb, tmp_path / "c.yaml")
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(f"error: {tmp_path / 'c.yaml'}")


def test_a_missing_file_is_told_with_the_way_to_the_default(cli, tmp_path):
    said = cli("train", tmp_path / "none.yaml")
    assert said.code == 1
    assert "there is no such file" in said.err
    assert "framing config" in said.err


def test_the_command_is_quick_to_print_a_config(process):
    said = process("config", PYTHONPROFILEIMPORTTIME="1")
    assert said.code == 0
    heavy = ("sklearn", "scipy", "datasets", "matplotlib", "pyarrow")
    imported = {line.rsplit("|", 1)[-1].strip() for line in said.err.splitlines()}
    assert not imported & set(heavy)


def test_version_and_help(cli):
    import framing.versions

    version = framing.versions.installed_versions()["framing"]
    assert cli("--version").out == f"framing {version}\n"
    for verb in ("train", "predict", "evaluate", "config", "data"):
        said = cli(verb, "--help")
        assert said.code == 0
        assert verb in said.out


@pytest.mark.parametrize("args", [["nonsense"], ["predict", "--nonsense"], ["evaluate"]])
def test_wrong_usage_exits_with_two(args, cli):
    said = cli(*args)
    assert (said.code, said.out) == (2, "")
    assert "Usage: " in said.err


def test_the_packaged_config_is_the_one_in_configs():
    assert packaged_config().name == "default.yaml"
    assert load_config().data.builtin == "news-articles"
