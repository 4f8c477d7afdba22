"""`framing tune`: what it finds, what it must not see, what it says and leaves."""

import json
import sys

import pytest
import yaml

from framing.config import load_config

pytest.importorskip("optuna")

LETTERS = ["--set", "views.words.analyzer=char"]
ANALYZERS = "tune.ranges.views.words.analyzer=[char, word]"
C = "tune.ranges.targets.outlet.C={low: 0.001, high: 1000, log: true}"


@pytest.fixture
def tune(cli, quick, tmp_path, monkeypatch):
    """Run `framing tune` on the quick config, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*ranges, config=quick, more=()):
        sets = [part for one in ranges for part in ("--set", one)]
        return cli("tune", config, *sets, *more)

    return run


def test_a_clearly_better_value_is_found_and_written(tune, cli, quick, without_pages, tmp_path):
    said = tune(ANALYZERS, more=[*LETTERS, "--json"])
    assert said.code == 0, said.err
    best, own = said.objects
    assert best["parameters"] == {"views.words.analyzer": "word"}
    assert (own["trial"], own["parameters"]) == (0, {"views.words.analyzer": "char"})
    assert own["high"] < best["low"] <= best["value"] <= best["high"]

    file = tmp_path / "quick-tuned.yaml"
    assert "quick-tuned.yaml" in said.err
    chosen = load_config(file)
    asked = load_config(quick, [LETTERS[1], ANALYZERS])
    assert chosen.views["words"].analyzer == "word"
    same = chosen.model_dump()
    same["views"]["words"]["analyzer"] = "char"
    assert same == asked.model_dump()
    done = cli("train", file, "--output", tmp_path / "bundle")
    assert done.code == 0, done.err


def test_the_file_says_how_it_was_chosen(tune, tmp_path):
    said = tune(ANALYZERS, more=LETTERS)
    comment = [
        line
        for line in (tmp_path / "quick-tuned.yaml").read_text(encoding="utf-8").splitlines()
        if line.startswith("# ")
    ]
    text = "\n".join(comment)
    assert "framing tune" in text
    assert "accuracy of outlet in 2-fold cross-validation" in text
    assert "stories and near-duplicates kept apart" in text
    assert "views.words.analyzer: one of char, word" in text
    assert "the best of 2 trials" in text
    assert "optimistic" in text
    value = said.out.splitlines()[2].split()[1]
    assert f"accuracy {value} (95 % interval" in text


def test_the_table_has_the_best_first_and_marks_the_configs_own(tune):
    said = tune(C, more=["--trials", "4", "--set", "tune.metric=log loss"])
    title, head, *rows = said.out.splitlines()
    assert title.startswith("The log loss of outlet in 2-fold cross-validation")
    assert head.split() == ["trial", "log", "loss", "95", "%", "interval", "targets.outlet.C"]
    assert len(rows) == 4
    values = [float(row.split()[1]) for row in rows]
    assert values == sorted(values)
    assert [row.endswith("(as in the config)") for row in rows] == [
        row.split()[0] == "0" for row in rows
    ]


def test_the_same_seed_gives_the_same_table(tune):
    more = ["--trials", "5", "--json", "--force"]
    views = "tune.ranges.views.words.ngram_range=[[1, 1], [1, 2]]"
    first, again = (tune(C, views, more=more) for _ in range(2))
    assert first.out == again.out
    assert len(first.objects) == 5
    other = tune(C, views, more=[*more, "--set", "seed=4"])
    drawn = [{t["parameters"]["targets.outlet.C"] for t in said.objects} for said in (first, other)]
    assert drawn[0] != drawn[1]


def test_counts_that_are_kept_and_counts_that_are_read_again_give_the_same(tune, full):
    """A view that varies is read in each trial, and beside one that does not."""
    more = ["--json", "--force", "--set", "targets.register.views=[words, layout]"]
    more += ["--set", "tune.target=register"]
    kept = tune("tune.ranges.targets.register.C=[1, 10]", config=full, more=more)
    read = tune("tune.ranges.views.words.n_features=[4096, 2048]", config=full, more=more)
    none = tune(
        "tune.ranges.targets.register.C=[1]", config=full, more=[*more, "--set", "memory=0"]
    )
    own = [
        next({**t, "parameters": 0} for t in said.objects if t["trial"] == 0)
        for said in (kept, read, none)
    ]
    assert own[0] == own[1] == own[2]


# --- what it must not see


@pytest.fixture
def singles(stories):
    """The stories without doubles, whose labels say whether they are dropped."""
    return list({row["text"]: row for row in stories}.values())


@pytest.mark.parametrize("apart", ["rows", "groups", "sources"])
def test_labels_of_test_documents_change_nothing(apart, tune, singles, full, write_rows):
    names = sorted({row["outlet"] for row in singles})
    swapped = [
        {**row, "outlet": names[names.index(row["outlet"]) - 1]}
        if row["part"] not in ("train", "spare")
        else row
        for row in singles
    ]
    assert swapped != singles
    found = []
    for rows in (singles, swapped):
        path = write_rows(rows)
        more = ["--json", "--force", "--set", f"data.path={path}", "--set", f"tune.apart={apart}"]
        more += ["--set", "data.split.column=part", "--set", "tune.target=register"]
        found.append(tune("tune.ranges.targets.register.C=[1, 0.01]", config=full, more=more))
    assert found[0].code == 0, found[0].err
    assert found[0].out == found[1].out
    wrong = [{**row, "outlet": names[i % 4]} for i, row in enumerate(singles)]
    write_rows(wrong)
    assert (
        tune("tune.ranges.targets.register.C=[1, 0.01]", config=full, more=more).out != found[1].out
    )


def test_test_documents_are_not_counted(tune, singles, write_rows):
    rows = write_rows(singles)
    more = ["--set", f"data.path={rows}", "--set", "data.split.column=part", "--trials", "1"]
    n = sum(row["part"] == "train" for row in singles)
    title = tune(C, more=more).out.splitlines()[0]
    assert f"of the {n} training documents" in title


# --- models for unknown sources


def test_both_models_of_a_target_are_searched_together(tune, full, tmp_path):
    more = ["--set", "targets.register.through=outlet", "--set", "tune.target=register", "--json"]
    more += ["--set", "targets.register.unseen={views: [words]}", "--trials", "3"]
    said = tune(
        "tune.ranges.targets.register.unseen.invariance={low: 0, high: 60, step: 30}",
        "tune.ranges.targets.register.through=[null, outlet]",
        config=full,
        more=more,
    )
    assert said.code == 0, said.err
    tried = [trial["parameters"] for trial in said.objects]
    assert len({json.dumps(one, sort_keys=True) for one in tried}) == 3
    assert all(one["targets.register.unseen.invariance"] in (0, 30, 60) for one in tried)
    text = (tmp_path / "full-tuned.yaml").read_text(encoding="utf-8")
    assert "outlet kept apart" in text


# --- ranges that cannot be


@pytest.mark.parametrize(
    ("given", "place", "says"),
    [
        ("targets.outlet.Cc=[1]", "targets.outlet.Cc", "no such key"),
        ("targets.outlte.C=[1]", "targets.outlte.C", "did you mean 'outlet'?"),
        ("views.word.norm=[l1]", "views.word.norm", "did you mean 'words'?"),
        ("views.words.sublinear=[true]", "views.words.sublinear", "did you mean 'sublinear_tf'?"),
        ("target.outlet.C=[1]", "target.outlet.C", "did you mean 'targets'?"),
        ("data.limit=[10, 20]", "data.limit", "only keys of views and of targets.outlet"),
        ("targets.outlet.column=[a, b]", "targets.outlet.column", "cannot be tuned"),
        ("targets.outlet.C={low: 0, high: 3}", "targets.outlet.C", "greater than 0 (found 0)"),
        ("targets.outlet.C={low: 3, high: 1}", "targets.outlet.C", "must be below high (1)"),
        ("targets.outlet.C={low: 3}", "targets.outlet.C", "a list of choices, or low and high"),
        ("targets.outlet.C={low: 1, hgih: 2}", "targets.outlet.C.hgih", "did you mean 'high'?"),
        ("targets.outlet.C=7", "targets.outlet.C", "a list of choices, or low and high"),
        ("targets.outlet.C=[1, much]", "targets.outlet.C", "(found 'much')"),
        ("views.words.norm=[l1, l3]", "views.words.norm", "'l1' or 'l2' (found 'l3')"),
        ("views.words.ngram_range=[[1, 2], [2, 1]]", "views.words.ngram_range", "with [2, 1]"),
        ("views.words.lowercase={low: 0, high: 1}", "views.words.lowercase", "are for numbers"),
        ("views.words.n_features={low: 256, high: 512}", "views.words.n_features", "with 257"),
        ("views.words.keep_words={low: 1, high: 9, step: 1.5}", "views.words.keep_words.step",
         "whole number"),
        ("targets.outlet={low: 1, high: 2}", "targets.outlet", "such as targets.outlet.C"),
    ],
)  # fmt: skip
def test_a_range_that_cannot_be_is_named(given, place, says, tune, tmp_path):
    said = tune(f"tune.ranges.{given}")
    assert (said.code, said.out) == (1, "")
    assert f"tune.ranges.{place}: " in said.err
    assert says in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["config", "train"])
def test_other_verbs_refuse_it_too(verb, cli, quick):
    said = cli(verb, quick, "--set", "tune.ranges.targets.outlet.D=[1]")
    assert said.code == 1
    assert said.err.startswith(f"error: {quick}: tune.ranges.targets.outlet.D: no such key")


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        ([], "tune: this section is needed"),
        (["tune.target=outlet"], "tune.ranges: this key is needed"),
        ([C, "tune.target=outlets"], "tune.target: 'outlets' is no style target; did you mean"),
        ([C, "tune.apart=sources"], "tune.apart: "),
        ([C, "tune.metrics=accuracy"], "tune.metrics: no such key; did you mean 'metric'?"),
        ([C, "views.more={}", "tune.ranges.views.more.norm=[l1]"],
         "tune.ranges.views.more.norm: targets.outlet reads words, and not this view"),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_is_named(sets, says, tune):
    said = tune(*sets)
    assert (said.code, said.out) == (1, "")
    assert says in said.err


def test_a_trial_that_fails_is_reported_and_left_out(tune):
    said = tune("tune.ranges.views.words.n_features={low: 256, high: 1024, step: 256}",
                more=["--json"])  # fmt: skip
    assert said.code == 0, said.err
    tried = {trial["parameters"]["views.words.n_features"] for trial in said.objects}
    assert tried == {256, 512, 1024}
    assert "is left out: views.words: n_features: a power of two" in said.err
    assert "768" in said.err
    assert "4 trials" in said.err


def test_all_of_one_group_is_told(tune, stories, write_rows):
    rows = [{**row, "one": "same"} for row in stories]
    path = write_rows(rows)
    more = ["--set", f"data.path={path}", "--set", "targets.outlet.leave_out=one"]
    more += ["--set", "targets.outlet.classes={a: [Kite Daily], b: [Lantern Post]}"]
    said = tune(C, more=more)
    assert (said.code, said.out) == (1, "")
    assert "column 'one' has one value" in said.err


# --- the place, the tool, the interrupt


def test_a_file_that_stands_there_is_kept_unless_asked(tune, tmp_path, quick):
    place = tmp_path / "quick-tuned.yaml"
    place.write_text("mine", encoding="utf-8")
    said = tune(C)
    assert said.code == 1
    assert "--force" in said.err
    assert place.read_text(encoding="utf-8") == "mine"
    assert tune(C, more=["--force", "--trials", "1"]).code == 0
    assert yaml.safe_load(place.read_text(encoding="utf-8"))["name"] == "quick"
    assert [path.name for path in tmp_path.iterdir()] == ["quick-tuned.yaml"]
    said = tune(C, more=["--force", "--output", quick])
    assert said.code == 1
    assert "the config that is read" in said.err


def test_without_optuna_the_command_to_install_it_is_told(tune, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    said = tune(C)
    assert (said.code, said.out) == (1, "")
    assert "pip install 'framing[tune]'" in said.err


def interrupted_in(number, monkeypatch):
    from framing.training import tuning

    tried = tuning._tried

    def press(at, *args):
        if at == number:
            raise KeyboardInterrupt
        return tried(at, *args)

    monkeypatch.setattr(tuning, "_tried", press)


def test_an_interrupt_keeps_the_best_so_far(tune, monkeypatch, tmp_path):
    interrupted_in(2, monkeypatch)
    said = tune(C, ANALYZERS, more=[*LETTERS, "--json"])
    assert said.code == 130
    assert len(said.objects) == 2
    assert "interrupted after 2 trials; the best so far is in quick-tuned.yaml" in said.err
    text = (tmp_path / "quick-tuned.yaml").read_text(encoding="utf-8")
    assert "The search was interrupted." in text
    assert load_config(tmp_path / "quick-tuned.yaml").name == "quick"


def test_an_interrupt_before_the_first_trial_leaves_nothing(tune, monkeypatch, tmp_path):
    interrupted_in(0, monkeypatch)
    said = tune(C)
    assert (said.code, said.out) == (130, "")
    assert "nothing is written" in said.err
    assert list(tmp_path.iterdir()) == []
