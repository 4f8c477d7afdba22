from __future__ import annotations

import copy
import math

import pytest

from framing.config import validate
from framing.errors import ConfigError

GOOD = {
    "data": {"path": "reviews.csv", "columns": {"text": "body"}, "split": {"by": "row"}},
    "views": {"words": {"analyzer": "word"}},
    "targets": {
        "outlet": {"type": "style", "views": ["words"], "column": "outlet"},
        "damage": {"type": "corruption", "views": ["words"]},
    },
    "evaluation": {"folds": 3},
}


def changed(**changes):
    """GOOD with the value at each `a__b` path replaced."""
    values = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *keys, last = path.split("__")
        here = values
        for key in keys:
            here = here.setdefault(key, {})
        here[last] = value
    return values


def fault(**changes):
    with pytest.raises(ConfigError) as caught:
        validate(changed(**changes))
    assert caught.value.hint
    return caught.value.what


def test_the_config_that_these_tests_break_is_good():
    config = validate(GOOD)
    assert list(config.style_targets) == ["outlet"]
    assert config.corruption_target is config.targets["damage"]


# --- unknown keys


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("sead", "seed"),
        ("data__colums", "columns"),
        ("data__columns__txt", "text"),
        ("data__split__test_szie", "test_size"),
        ("views__words__n_feature", "n_features"),
        ("targets__outlet__colunm", "column"),
        ("targets__outlet__class", "classes"),
        ("targets__damage__alhpa", "alpha"),
        ("evaluation__fold", "folds"),
    ],
)
def test_an_unknown_key_is_named_with_its_path_and_the_nearest_valid_one(path, near):
    what = fault(**{path: 1})
    assert what == f"{path.replace('__', '.')}: no such key; did you mean {near!r}?"


@pytest.mark.parametrize(
    ("path", "valid"),
    [
        ("qqq", "data, evaluation, jobs, memory, name, seed, targets, tune, views"),
        ("data__columns__qqq", "date, id, source, text, title, topic, url"),
        ("evaluation__qqq", "baseline_documents, bootstrap, confidence, folds"),
        ("targets__damage__qqq", "alpha, coverage, kinds"),
        ("views__words__qqq", "analyzer, keep_words, lowercase, n_features"),
    ],
)
def test_a_key_that_is_near_to_none_lists_the_valid_ones(path, valid):
    what = fault(**{path: 1})
    assert what.startswith(f"{path.replace('__', '.')}: no such key; valid are ")
    assert valid in what


def test_a_key_of_the_other_kind_of_target_is_not_valid():
    assert "targets.damage.classes: no such key" in fault(targets__damage__classes={"a": ["b"]})
    assert "targets.outlet.variants: no such key" in fault(targets__outlet__variants=3)


def test_every_fault_is_told_at_once():
    what = fault(sead=1, data__split__bi="row", views__words__n_features=3)
    assert what.count("\n") == 2
    for path in ("sead", "data.split.bi", "views.words"):
        assert f"{path}: " in what


def test_missing_keys_are_named():
    with pytest.raises(ConfigError) as caught:
        validate({})
    lines = caught.value.what.split("\n  ")
    assert lines == [f"{key}: this key is needed" for key in ("data", "views", "targets")]
    target = {"type": "style"}
    what = fault(targets__outlet=target)
    assert "targets.outlet.views: this key is needed" in what
    assert "targets.outlet.column: this key is needed" in what
    assert fault(targets__outlet={}).startswith("targets.outlet.type: this key is needed")


# --- wrong types and values


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", "many"),
        ("seed", -1),
        ("seed", 2**32),
        ("seed", 1.5),
        ("seed", None),
        ("name", 3),
        ("name", "a b"),
        ("name", "../up"),
        ("name", ""),
        ("jobs", 0),
        ("data", []),
        ("data", None),
        ("data__path", {"a": 1}),
        ("data__columns", "text"),
        ("data__columns__text", None),
        ("data__where", ["a"]),
        ("data__where", {"a": []}),
        ("data__where", {"a": {"b": "c"}}),
        ("data__min_chars", 0),
        ("data__limit", 0),
        ("data__format", "xml"),
        ("data__split__test_size", 0),
        ("data__split__test_size", 1),
        ("data__split__test_size", math.nan),
        ("data__split__by", "rows"),
        ("data__split__by", False),
        ("data__split__keep_apart", ["duplicates"]),
        ("views", {}),
        ("views", []),
        ("views__words__lowercase", "perhaps"),
        ("views__words__norm", "l3"),
        ("views__words__ngram_range", 3),
        ("views__words__ngram_range", [1, 2, 3]),
        ("views__words__ngram_range", [0, 1]),
        ("views__words__ngram_range", [1, 17]),
        ("targets", {}),
        ("targets", ["outlet"]),
        ("targets__outlet__views", []),
        ("targets__outlet__views", "words"),
        ("targets__outlet__column", ["a"]),
        ("targets__outlet__C", 0),
        ("targets__outlet__C", math.inf),
        ("targets__outlet__C", math.nan),
        ("targets__outlet__coverage", 1.0),
        ("targets__outlet__model", "tree"),
        ("targets__outlet__classes", {"a": [], "b": ["c"]}),
        ("targets__outlet__classes", {"a": [["x"]], "b": ["c"]}),
        ("targets__outlet__classes", {1: ["x"], 2: ["c"]}),
        ("targets__damage__kinds", []),
        ("targets__damage__kinds", ["rust"]),
        ("targets__damage__alpha", math.inf),
        ("targets__damage__variants", 21),
        ("evaluation__folds", 1),
        ("evaluation__bootstrap", 99),
        ("evaluation__confidence", 0),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(path, value):
    assert fault(**{path: value}).startswith(path.replace("__", "."))


def test_a_wrong_value_is_shown_shortened():
    assert "(found 'many')" in fault(seed="many")
    assert len(fault(seed="many" * 100)) < 200


def test_a_wrong_choice_names_the_nearest():
    assert "did you mean 'normalized'?" in fault(views__words__prepare="normalised")
    assert "did you mean 'group'?" in fault(data__split__by="groups")


def test_a_nested_value_in_place_of_a_single_one_is_one_fault():
    what = fault(targets__outlet__classes={"a": [{"x": 1}], "b": ["c"]})
    assert what.startswith("targets.outlet.classes.a.0: ")
    assert "\n" not in what


@pytest.mark.parametrize("kind", ["styl", 1, ["style"], None, {}])
def test_an_unknown_type_of_target_names_the_valid_ones(kind):
    what = fault(targets__outlet={"type": kind, "views": ["words"]})
    assert what == "targets.outlet.type: a target is of type style or corruption"


# --- combinations


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"data__split": {"by": "group"}}, "data.split: by: group needs groups"),
        ({"data__split": {"by": "column"}}, "data.split: by: column needs column"),
        ({"data__split": {"by": "row", "column": "part"}}, "column is only used with by: column"),
        ({"data__split": {"by": "row", "groups": ["a"]}}, "groups is only used with by: group"),
        ({"data__split": {"by": "row", "test_from": "2017-03-01"}}, "test_from is only used with"),
        ({"data__split": {"column": "a", "groups": ["b"]}}, "groups is only used with by: group"),
        (
            {"data__split": {"column": "a", "train": ["x", "y"], "test": ["y"]}},
            "train and test both claim 'y'",
        ),
        ({"data__split": {"by": "time"}}, "data: split.by: time needs columns.date"),
        ({"data__split": {"test_from": "soon"}}, "data.split.test_from: 'soon' is not a day"),
        ({"data__split": {"test_from": ""}}, "data.split.test_from: '' is not a day"),
        (
            {"data__hub": "owner/name"},
            "data: give one of builtin, path and hub; found path and hub",
        ),
        ({"data__path": None}, "data: give one of builtin, path and hub; found none"),
        ({"data__path": []}, "data: give one of builtin, path and hub; found none"),
        ({"targets__outlet__views": ["wrods"]}, "targets.outlet.views: no view 'wrods'"),
        ({"targets__outlet__leave_out": "outlet"}, "targets.outlet: leave_out: outlet is what"),
        (
            {"targets__outlet__classes": {"a": ["x", "y"], "b": ["y"]}},
            "targets.outlet: classes: 'y' is in both a and b",
        ),
        ({"targets__outlet__classes": {"a": ["x"]}}, "a style target needs two or more"),
        ({"targets__outlet__classes": {}}, "a style target needs two or more"),
        ({"targets__more": {"type": "corruption", "views": ["words"]}}, "one corruption target"),
        ({"views__words__n_features": 1000}, "a power of two from 2**8 to 2**30, such as 512"),
        ({"views__words__n_features": 128}, "a power of two"),
        ({"views__words__n_features": 2**31}, "a power of two"),
        ({"views__words__n_features": -4}, "a power of two"),
        ({"views__words__ngram_range": [3, 2]}, "the shortest (3) is above the longest (2)"),
    ],
)
def test_what_does_not_go_together_is_refused(changes, what):
    assert what in fault(**changes)


def test_the_suggested_number_of_features_is_valid():
    for wrong in (-1, 0, 3, 255, 257, 1000, 2**30 + 1):
        suggested = int(fault(views__words__n_features=wrong).rpartition(" ")[2])
        validate(changed(views__words__n_features=suggested))


def test_leave_out_may_be_the_column_when_it_is_grouped_into_classes():
    classes = {"a": ["x", "y"], "b": ["z"]}
    validate(changed(targets__outlet__leave_out="outlet", targets__outlet__classes=classes))


def test_a_value_may_be_named_twice_within_one_class():
    validate(changed(targets__outlet__classes={"a": ["x", "x"], "b": ["z"]}))


# --- what follows from what


@pytest.mark.parametrize(
    ("split", "by"),
    [
        ({}, "row"),
        ({"by": None}, "row"),
        ({"column": "part"}, "column"),
        ({"by": None, "column": "part"}, "column"),
        ({"groups": "brand"}, "group"),
        ({"groups": ["brand", "event"]}, "group"),
        ({"test_from": "2017-03-01"}, "time"),
    ],
)
def test_by_follows_from_the_other_keys(split, by):
    values = changed(data__split=split, data__columns={"date": "day"})
    assert validate(values).data.split.by == by


def test_a_published_split_is_kept_as_published_unless_asked_for_more():
    split = validate(changed(data__split={"column": "part"})).data.split
    assert split.by == "column"
    assert split.keep_apart == []
    asked = {"column": "part", "keep_apart": ["stories"]}
    assert validate(changed(data__split=asked)).data.split.keep_apart == ["stories"]
    assert validate(changed(data__split={})).data.split.keep_apart != []


def test_single_values_stand_for_lists():
    values = changed(
        data__where={"language": "en"},
        data__split={"column": "part", "train": 1, "test": False},
        targets__outlet__classes={"a": "x", "b": 2},
    )
    config = validate(values)
    assert config.data.path == ["reviews.csv"]
    assert config.data.where == {"language": ["en"]}
    assert config.data.split.train == [1]
    assert config.data.split.test == [False]
    assert config.style_targets["outlet"].classes == {"a": ["x"], "b": [2]}


def test_a_config_cannot_be_changed_after_reading():
    config = validate(GOOD)
    with pytest.raises(ValueError, match="frozen"):
        config.seed = 3
    with pytest.raises(ValueError, match="frozen"):
        config.data.split.by = "time"


def test_addresses_are_one_column_or_several_and_stories_have_days():
    assert validate(changed(data__columns={"url": "page"})).data.columns.url == ["page"]
    assert validate(changed(data__columns={"url": ["a", "b"]})).data.columns.url == ["a", "b"]
    assert validate(GOOD).data.split.story_days == 7
    assert validate(changed(data__split={"story_days": None})).data.split.story_days is None
    assert "data.split.story_days" in fault(data__split={"story_days": -1})
