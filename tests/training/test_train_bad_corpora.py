"""Corpora that nothing can be learnt from: one sentence with a place, no traceback."""

import pytest

from framing.errors import FramingError
from framing.training import train

pytestmark = pytest.mark.usefixtures("without_pages")

BY_PART = "data.split.column=part"
APART = "data.split.keep_apart=[near_duplicates, stories]"
ONLY_DAMAGE = "targets={corruption: {type: corruption, views: [words], variants: 1}}"


def relabel(rows, label):
    return [{**row, "outlet": label(i, row)} for i, row in enumerate(rows)]


def retext(rows, text):
    return [{**row, "text": text(i, row)} for i, row in enumerate(rows)]


def in_test(row):
    return row["part"] in ("valid", "test")


def one_story(rows):
    return retext(rows[:20], lambda i, _: f"{rows[0]['text']} {i}")


def trained_on_one_story(rows):
    events = [row["event"] for row in rows]
    alone = next(r for r in rows if not in_test(r) and events.count(r["event"]) == 1)
    return retext(rows, lambda i, r: r["text"] if in_test(r) else f"{alone['text']} {i}")


CASES = {
    "no rows": (lambda rows: [], [], "data.path"),
    "no text": (lambda rows: retext(rows, lambda i, r: " "), [], "data.path"),
    "no such column": (lambda rows: rows, ["targets.outlet.column=outlets"],
                       "targets.outlet.column"),
    "one class": (lambda rows: relabel(rows, lambda i, r: "x"), [], "targets.outlet"),
    "no labels": (lambda rows: relabel(rows, lambda i, r: None), [], "targets.outlet"),
    "no class of the config": (lambda rows: rows, ["targets.outlet.classes={a: [Q], b: [Z]}"],
                               "targets.outlet"),
    "three rows": (lambda rows: rows[:3], [], "data.split"),
    "one row": (lambda rows: rows[:1], [], "data.split"),
    "one story": (one_story, [], "data.split"),
    "test of unknown classes": (
        lambda rows: relabel(rows, lambda i, r: "New" if in_test(r) else r["outlet"]),
        [BY_PART], "targets.outlet"),
    "no part to test on": (lambda rows: [r for r in rows if not in_test(r)], [BY_PART],
                           "data.split.column"),
    "training documents of one story": (
        trained_on_one_story, [BY_PART, APART], "targets.outlet"),
    "clean training documents of one story": (
        trained_on_one_story, [BY_PART, APART, ONLY_DAMAGE], "targets.corruption"),
    "nothing but marked documents": (
        lambda rows: retext(rows, lambda i, r: f"caf\ufffd {r['text']}"),
        [ONLY_DAMAGE], "targets.corruption.skip_marked"),
    "nothing to test on but marked documents": (
        lambda rows: retext(rows, lambda i, r: ("caf\ufffd " if in_test(r) else "") + r["text"]),
        [BY_PART, ONLY_DAMAGE], "targets.corruption.skip_marked"),
    "one value to leave out": (lambda rows: [{**r, "country": "Ob"} for r in rows],
                               ["targets.outlet.leave_out=country"], "targets.outlet.leave_out"),
    "one value to leave out of damage": (
        lambda rows: [{**r, "country": "Ob"} for r in rows],
        [ONLY_DAMAGE, "targets.corruption.leave_out=country"], "targets.corruption.leave_out"),
    "no dates": (lambda rows: rows, ["data.split.by=time", "data.columns.date=topic"],
                 "data.columns.date"),
    "no such value": (lambda rows: rows, ["data.where.topic=sport"], "data.where.topic"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_corpus_that_cannot_be_used_is_refused_with_its_place(
    case, quick, stories, write_rows, tmp_path
):
    make, overrides, place = CASES[case]
    path = write_rows(make([row for row in stories if row["event"]]))
    with pytest.raises(FramingError) as caught:
        train(quick, [f"data.path={path}", *overrides], output=tmp_path / "bundle")
    assert caught.value.where == place
    assert not (tmp_path / "bundle").exists()


def test_rows_without_a_label_only_miss_the_target(quick, stories, write_rows, tmp_path):
    rows = relabel(stories, lambda i, r: r["outlet"] if i % 3 else [None, "", "  "][i // 3 % 3])
    run = train(quick, [f"data.path={write_rows(rows)}"], output=tmp_path / "bundle")
    classes = {c["class"]: c for c in run.report["data"]["labels"][0]["classes"]}
    assert set(classes) == {r["outlet"] for r in stories} | {"(no class of this target)"}
    labelled = sum(c["train"] + c["test"] for c in classes.values())
    assert labelled == run.report["data"]["documents"]


def test_labels_of_several_types_are_read_as_words(quick, stories, write_rows, tmp_path):
    values = [1, "1", 2.5, True, ["a"], {"k": 1}]
    rows = relabel(stories, lambda i, r: values[i % len(values)])
    run = train(quick, [f"data.path={write_rows(rows)}"], output=tmp_path / "bundle")
    classes = run.model.style["outlet"].classes
    assert len(classes) < len(values)
    assert all(isinstance(c, str) and c for c in classes)


def test_texts_without_a_single_word_train_a_model_that_knows_nothing(
    quick, stories, write_rows, tmp_path
):
    rows = retext(stories, lambda i, r: "!" * (i + 1))
    run = train(quick, [f"data.path={write_rows(rows)}"], output=tmp_path / "bundle")
    assert run.model.predict(["?!"])[0].style["outlet"].abstained
