from __future__ import annotations

import contextlib
import datetime
import string
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.config import (
    Config,
    config_hash,
    json_schema,
    load_config,
    packaged_config,
    to_yaml,
    validate,
)
from framing.errors import ConfigError

QUICK = settings(max_examples=40, deadline=None)
MINIMAL = """\
data: {path: reviews.csv}
views: {words: {}}
targets: {outlet: {type: style, views: [words], column: outlet}}
"""


@pytest.fixture(scope="session")
def write(tmp_path_factory):
    def write(text: str | bytes) -> Path:
        path = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp())) / "config.yaml"
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return path

    return write


def load(write, text, *overrides):
    return load_config(write(text), overrides)


# --- what is written is what is read

names = st.text(string.ascii_letters + string.digits, min_size=1, max_size=6)
no_surrogates = st.characters(exclude_categories=["Cs"])
# what YAML treats in a way of its own comes often
words = st.text(
    no_surrogates | st.sampled_from("\n\r\t\x85\u2028\ufeff \"'#:-*&!%@`~"), min_size=1, max_size=12
) | st.sampled_from(["yes", "null", "2017-03-01", "1", "1e3", "0x1", "~", "<<", "=", "..."])
scalars = st.one_of(
    words, st.integers(-(10**6), 10**6), st.booleans(), st.none(), st.floats(allow_nan=False)
)
shares = st.floats(0.01, 0.99)

splits = st.one_of(
    st.fixed_dictionaries({}, optional={"by": st.just("row"), "test_size": shares}),
    st.fixed_dictionaries({"groups": st.lists(words, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"test_from": st.dates() | st.dates().map(str)}),
    st.fixed_dictionaries(
        {"column": words},
        optional={
            "train": st.lists(words.map("train {}".format), min_size=1, max_size=3),
            "keep_apart": st.lists(st.sampled_from(["near_duplicates", "stories"]), unique=True),
        },
    ),
)
sources = st.one_of(
    st.fixed_dictionaries({"builtin": st.just("news-articles")}),
    st.fixed_dictionaries({"path": words | st.lists(words, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"hub": words}, optional={"hub_revision": words}),
)
more_data = st.fixed_dictionaries(
    {"columns": st.fixed_dictionaries({"date": words}, optional={"text": words})},
    optional={
        "where": st.dictionaries(words, scalars | st.lists(scalars, min_size=1), max_size=2),
        "limit": st.integers(1, 1000),
        "split": splits,
    },
)
data = st.builds(lambda source, more: {**source, **more}, sources, more_data)
views = st.fixed_dictionaries(
    {},
    optional={
        "analyzer": st.sampled_from(["word", "char", "char_wb"]),
        "ngram_range": st.lists(st.integers(1, 16), min_size=2, max_size=2).map(sorted),
        "n_features": st.integers(8, 30).map(lambda power: 2**power),
        "norm": st.sampled_from(["l1", "l2", None]),
        "prepare": st.sampled_from(["as_is", "layout", "normalized"]),
    },
)


@st.composite
def targets(draw, view_names):
    reads = {"views": draw(st.lists(st.sampled_from(view_names), min_size=1, max_size=2))}
    if draw(st.booleans()):
        return {"type": "corruption", **reads, "alpha": draw(st.floats(1e-6, 1e6))}
    target = {"type": "style", **reads, "column": draw(words)}
    if draw(st.booleans()):
        values = draw(st.lists(words, min_size=2, max_size=6, unique=True))
        cut = draw(st.integers(1, len(values) - 1))
        target["classes"] = {"one": values[:cut], "other": values[cut:]}
    return target


@st.composite
def configs(draw):
    known = draw(st.dictionaries(names, views, min_size=1, max_size=3))
    given_targets = draw(
        st.dictionaries(names, targets(list(known)), min_size=1, max_size=3).filter(
            lambda found: [t["type"] for t in found.values()].count("corruption") < 2
        )
    )
    top = {"name": names, "seed": st.integers(0, 2**32 - 1), "jobs": st.none() | st.integers(1, 9)}
    return {
        **draw(st.fixed_dictionaries({}, optional=top)),
        "data": draw(data),
        "views": known,
        "targets": given_targets,
    }


@QUICK
@given(values=configs())
def test_a_config_written_as_yaml_reads_as_the_same_config(write, values):
    config = validate(values)
    again = load(write, to_yaml(config))
    assert again == config
    assert config_hash(again) == config_hash(config)
    assert to_yaml(again) == to_yaml(config)


@QUICK
@given(values=configs())
def test_yaml_and_plain_values_mean_the_same(write, values):
    assert load(write, yaml.safe_dump(values)) == validate(values)


def test_the_packaged_default_loads_and_is_what_a_bare_call_reads():
    config = load_config()
    assert config == load_config(packaged_config())
    assert config.style_targets
    assert config.corruption_target is not None


def test_an_unknown_packaged_config_is_named():
    with pytest.raises(ConfigError, match="nonesuch"):
        packaged_config("nonesuch")


def test_jobs_does_not_change_the_hash_and_everything_else_does(write):
    base = config_hash(load(write, MINIMAL))
    assert config_hash(load(write, MINIMAL, "jobs=3")) == base
    for override in ("seed=1", "name=b", "views.words.norm=l1", "evaluation.folds=4"):
        assert config_hash(load(write, MINIMAL, override)) != base


def test_defaults_written_out_do_not_change_the_hash(write):
    config = load(write, MINIMAL)
    spelled_out = load(write, MINIMAL, "seed=0", "data.split.by=row", "data.hub=null")
    assert config_hash(spelled_out) == config_hash(config)


def fields(schema):
    for definition in (schema, *schema["$defs"].values()):
        yield from definition["properties"].items()


def test_every_field_of_the_json_schema_is_described():
    schema = json_schema()
    for name, field in fields(schema):
        about = field.get("description")
        if "$ref" in field:
            about = about or schema["$defs"][field["$ref"].rpartition("/")[2]].get("description")
        assert about, name


def test_the_json_schema_refuses_unknown_keys_everywhere():
    schema = json_schema()
    for definition in (schema, *schema["$defs"].values()):
        assert definition["additionalProperties"] is False


# --- files that are no config


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        load_config(tmp_path / "gone.yaml")
    assert caught.value.where == str(tmp_path / "gone.yaml")
    assert caught.value.hint


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"\x89PNG\r\n\x1a\n\x00", b"a: \x00"])
def test_a_binary_file_is_refused(write, content):
    with pytest.raises(ConfigError):
        load_config(write(content))


@pytest.mark.parametrize("text", ["", "# nothing\n", "[a, b]", "only words", "3", "null"])
def test_a_file_that_is_no_mapping_is_refused(write, text):
    with pytest.raises(ConfigError, match="a config is a mapping"):
        load(write, text)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (MINIMAL + "seed: [1\n", 5, "expected"),
        (MINIMAL + "seed: 1\n  jobs: 2\n", 5, "mapping values"),
        ("seed: 1\nname: a\nseed: 2\n", 3, "'seed' is given twice"),
        ("data:\n  hub: a\n  hub: b\n", 3, "'hub' is given twice"),
        ("? [a]\n: 1\n", 1, "a key must be a word"),
        ("name: a\n? {b: c}\n: 1\n", 2, "a key must be a word"),
        ("a: !!python/object:os.system x\n", 1, "constructor"),
        ("name: a\n\ndate: 2017-02-31\n", 3, "'2017-02-31' is no timestamp"),
        ("seed: !!int x\n", 1, "'x' is no int"),
        ("name: a\nseed: " + "1" * 5000, 2, "is no int"),
        ("a: !!timestamp soon\n", 1, "'soon' is no timestamp"),
        ("a: &b {c: *b}\n", 1, "recursive"),
        ("a: *nowhere\n", 1, "undefined alias"),
    ],
)
def test_a_fault_of_the_yaml_is_told_with_its_line(write, text, line, what):
    with pytest.raises(ConfigError) as caught:
        load(write, text)
    assert str(caught.value.where).endswith(f"config.yaml line {line}")
    assert what in caught.value.what


def test_yaml_merge_keys_work_and_may_be_overridden(write):
    config = load(
        write,
        """
data: {path: reviews.csv}
views:
  short: &base {analyzer: char, ngram_range: [1, 2]}
  long: {<<: *base, ngram_range: [3, 5]}
targets: {outlet: {type: style, views: [short, long], column: outlet}}
""",
    )
    assert config.views["long"].analyzer == "char"
    assert config.views["long"].ngram_range == (3, 5)
    assert config.views["short"].ngram_range == (1, 2)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- " * 3])
def test_endless_nesting_is_refused(write, opening):
    with pytest.raises(ConfigError):
        load(write, opening * 400)


def loads_or_explains(write, text, *overrides):
    with contextlib.suppress(ConfigError):
        assert isinstance(load(write, text, *overrides), Config)


@QUICK
@given(text=st.text(no_surrogates))
def test_arbitrary_text_never_gives_anything_but_a_config_error(write, text):
    loads_or_explains(write, text)


@QUICK
@given(content=st.binary())
def test_arbitrary_bytes_never_give_anything_but_a_config_error(write, content):
    loads_or_explains(write, content)


@QUICK
@given(text=st.text("ab01.-:[]{}&*!<>?,#'\"|%@\n =~tn", max_size=60))
def test_text_of_yaml_signs_never_gives_anything_but_a_config_error(write, text):
    loads_or_explains(write, text)
    loads_or_explains(write, MINIMAL + text)


KEYS = sorted(
    {"data", "views", "targets", "seed", "name", "type", "split", "by", "path", "classes", "where"}
    | {"column", "groups", "words", "n_features", "ngram_range", "test_from", "train", "columns"}
)
VALUES = ["style", "corruption", "row", "group", "time", "column", "news-articles", "words", "char"]
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=4),
    st.text(no_surrogates, max_size=6),
    st.sampled_from(VALUES),
)
keys = st.sampled_from(KEYS) | st.text("ab", max_size=2) | st.integers(0, 2) | st.booleans()
nested = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(values=st.dictionaries(st.sampled_from(KEYS), nested, max_size=5))
def test_arbitrary_nested_yaml_never_gives_anything_but_a_config_error(write, values):
    loads_or_explains(write, yaml.safe_dump(values, allow_unicode=True))


@settings(max_examples=60, deadline=None)
@given(values=configs(), wrong=nested, choice=st.randoms(use_true_random=False))
def test_one_wrong_value_in_a_good_config_is_explained(write, values, wrong, choice):
    here = values
    while True:
        key = choice.choice(list(here))
        if not isinstance(here[key], dict) or not here[key] or choice.random() < 0.3:
            break
        here = here[key]
    here[key] = wrong
    loads_or_explains(write, yaml.safe_dump(values, allow_unicode=True))


# --- overrides


@pytest.mark.parametrize(
    ("override", "where", "value"),
    [
        ("data.path=[a.csv, b.csv]", "data.path", ["a.csv", "b.csv"]),
        ("data.path=*.csv", "data.path", ["*.csv"]),
        ("data.path=a=b.csv", "data.path", ["a=b.csv"]),
        ("jobs=null", "jobs", None),
        ("jobs=", "jobs", None),
        (" seed = 7", "seed", 7),
        ("data.columns.title='Headline: long'", "data.columns.title", "Headline: long"),
        ("evaluation.folds=4", "evaluation.folds", 4),
        ("views.words.ngram_range=[1, 2]", "views.words.ngram_range", (1, 2)),
        ("data.split.groups=brand", "data.split.groups", ["brand"]),
        ("data.split.test_from=2017-03-01", "data.split.test_from", "2017-03-01"),
    ],
)
def test_an_override_changes_one_value(write, override, where, value):
    text = MINIMAL.replace("{path: reviews.csv}", "{path: reviews.csv, columns: {date: day}}")
    before = load(write, text, "jobs=2").model_dump()
    after = load(write, text, "jobs=2", override).model_dump()
    *path, last = where.split(".")
    for key in path:
        before, after = before[key], after[key]
    assert after[last] == value
    assert before[last] != value


def test_an_override_makes_the_sections_that_it_needs(write):
    config = load(write, MINIMAL, "views.marks.analyzer=char", "targets.outlet.views=[marks]")
    assert config.views["marks"].analyzer == "char"
    assert list(config.views) == ["words", "marks"]


def test_later_overrides_win(write):
    assert load(write, MINIMAL, "seed=1", "seed=2").seed == 2


@pytest.mark.parametrize("override", ["", "seed", "=1", "data..path=a", ".seed=1", "seed.=1", "="])
def test_a_malformed_override_is_quoted(write, override):
    with pytest.raises(ConfigError) as caught:
        load(write, MINIMAL, override)
    assert caught.value.where == "--set"
    assert repr(override) in caught.value.what


@pytest.mark.parametrize("override", ["data.path.first=a", "data.path.a.b=1"])
def test_an_override_into_a_single_value_is_refused(write, override):
    with pytest.raises(ConfigError, match=r"data\.path is a single value") as caught:
        load(write, MINIMAL, override)
    assert caught.value.where == "--set"


@pytest.mark.parametrize("value", ["2017-02-31", "[1", "*x", "!!int x", "\x00", "[" * 400])
def test_an_override_that_is_no_yaml_is_taken_as_text(write, value):
    with pytest.raises(ConfigError, match="seed: Input should be a valid integer"):
        load(write, MINIMAL, f"seed={value}")
    assert load(write, MINIMAL, f"data.path={value}").data.path == [value]


@settings(max_examples=60, deadline=None)
@given(
    path=st.lists(st.sampled_from([*KEYS, "outlet", ""]), min_size=1, max_size=4).map(".".join),
    value=st.text(no_surrogates, max_size=8) | leaves.map(str),
)
def test_arbitrary_overrides_never_give_anything_but_a_config_error(write, path, value):
    loads_or_explains(write, MINIMAL, f"{path}={value}")


def test_a_day_is_kept_in_one_form_however_it_is_spelled(write):
    text = MINIMAL.replace("{path: reviews.csv}", "{path: reviews.csv, columns: {date: day}}")
    spellings = ["2017-03-01", "'20170301'", "2017-03-01T10:30:00", "'2017-W09-3'"]
    found = {load(write, text, f"data.split.test_from={s}").data.split.test_from for s in spellings}
    assert found == {datetime.date(2017, 3, 1).isoformat()}
