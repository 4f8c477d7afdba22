import numpy as np
import pytest

from framing.config import load_config
from framing.corruption import measure_level
from framing.errors import DataError
from framing.evaluation.labelled import evaluate_labelled


@pytest.fixture
def config(bundle, write_rows):
    def config(rows, *overrides):
        path = write_rows(rows)
        return load_config(bundle / "config.yaml", [f"data.path={path}", *overrides])

    return config


def with_damage(stories):
    return [
        {**row, "text": row["text"][: len(row["text"]) - 10 * (i % 8)], "undamaged": row["text"]}
        for i, row in enumerate(stories)
    ]


def metric(evaluation, name):
    return next(m for m in evaluation["metrics"] if m["name"] == name)


def test_figures_are_those_of_the_models_predictions(model, config, stories):
    found = evaluate_labelled(model, config(stories))
    said = [p.style["outlet"].label for p in model.predict([row["text"] for row in stories])]
    right = np.mean([label == row["outlet"] for label, row in zip(said, stories, strict=True)])
    assert metric(found.style["outlet"], "accuracy")["value"] == pytest.approx(right)
    assert found.corruption is None


def test_documents_are_not_thinned_out(model, config, stories):
    twice = [*stories, *stories]
    assert evaluate_labelled(model, config(twice)).style["outlet"]["documents"] == len(twice)


def test_the_broader_classes_of_the_config_are_applied(model, config, stories):
    found = evaluate_labelled(model, config(stories)).style["register"]
    assert found["confusion"]["labels"] == ["sober", "chatty"]
    assert found["documents"] == len(stories)


def test_the_dummy_is_the_most_frequent_class_given(model, config, stories):
    rows = [row for row in stories if row["outlet"] == "Kite Daily"]
    rows += [row for row in stories if row["outlet"] == "Lantern Post"][:10]
    accuracy = metric(evaluate_labelled(model, config(rows)).style["outlet"], "accuracy")
    assert accuracy["dummy"] == pytest.approx((len(rows) - 10) / len(rows))


def test_levels_are_measured_against_the_undamaged_text(model, config, stories):
    rows = with_damage(stories)
    found = evaluate_labelled(model, config(rows), undamaged="undamaged").corruption
    truth = [measure_level(row["undamaged"], row["text"]) for row in rows]
    assert found["levels"]["true"] == pytest.approx(truth, abs=1e-5)
    said = [p.corruption.level for p in model.predict([row["text"] for row in rows])]
    error = np.abs(np.array(said) - truth).mean()
    assert metric(found, "level: mean absolute error")["value"] == pytest.approx(error)


def test_levels_may_be_given(model, config, stories):
    rows = [{"text": row["text"], "how": i / len(stories)} for i, row in enumerate(stories)]
    found = evaluate_labelled(model, config(rows, "data.columns={}"), level="how")
    assert found.style == {}
    assert found.corruption["levels"]["true"] == pytest.approx(
        [row["how"] for row in rows], abs=1e-5
    )


def test_rows_that_cannot_be_used_are_listed(model, config, stories):
    found = evaluate_labelled(model, config([*stories, {**stories[0], "text": "  "}]))
    assert [(r.where, r.reason) for r in found.corpus.rejected] == [
        (f"rows.jsonl line {len(stories) + 1}", "no text")
    ]


def test_a_split_in_the_config_plays_no_part(model, config, stories):
    rows = [{k: v for k, v in row.items() if k != "part"} for row in stories]
    found = evaluate_labelled(model, config(rows, "data.split={column: part}"))
    assert found.style["outlet"]["documents"] == len(rows)


@pytest.mark.parametrize("option", ["level", "undamaged", "group"])
def test_a_column_that_is_not_there_is_told(option, model, config, stories):
    with pytest.raises(DataError) as caught:
        evaluate_labelled(model, config(stories), **{option: "no such thing"})
    assert caught.value.where == f"--{option}"


def test_nothing_to_measure_is_told(model, config, stories):
    rows = [{"text": row["text"]} for row in stories]
    with pytest.raises(DataError, match="the data has no label of a target"):
        evaluate_labelled(model, config(rows, "data.columns={}"))


def test_a_group_that_is_missing_belongs_to_nobody_else(model, config, stories):
    rows = [{**row, "event": row["event"] if i % 2 else None} for i, row in enumerate(stories)]
    found = evaluate_labelled(model, config(rows), group="event").style["outlet"]
    events = {row["event"] for row in rows} - {None}
    assert found["groups"] == len(events) + sum(row["event"] is None for row in rows)
