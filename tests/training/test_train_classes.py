"""Which values of a column become classes, and when a model says that it does not know."""

import json

import pytest

from framing.errors import DataError
from framing.training import train

GREEK = "Η κυβέρνηση ανακοίνωσε την Πέμπτη νέο σχέδιο για τη μείωση της ανεργίας στις περιφέρειες."


def classes_of(run):
    return run.report["targets"][0]["classes"]


@pytest.fixture
def written(tmp_path):
    """Write rows to a file, and give its place."""

    def write(rows):
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def few(stories):
    """The corpus with all but two articles of one outlet taken out, and the outlet's name."""
    rare = stories[0]["outlet"]
    kept = [row for row in stories if row["outlet"] == rare][:2]
    return [row for row in stories if row["outlet"] != rare] + kept, rare


def test_rare_classes_are_left_out_or_fall_to_the_others(
    few, written, quick, tmp_path, without_pages
):
    rows, rare = few
    path = written(rows)
    settings = [f"data.path={path}", "targets.outlet.min_documents=5"]
    run = train(quick, settings, output=tmp_path / "a")
    assert rare not in classes_of(run)
    run = train(quick, [*settings, "targets.outlet.other=another outlet"], output=tmp_path / "b")
    assert classes_of(run)[-1] == "another outlet"
    assert rare not in classes_of(run)
    # whatever is read as one of the others is abstained on
    for prediction in run.model.predict([row["text"] for row in rows]):
        score = prediction.style["outlet"]
        assert score.abstained or score.label != "another outlet"


def test_too_few_classes_are_explained(stories, quick, tmp_path, written, without_pages):
    path = written(stories)
    with pytest.raises(DataError, match="of 5000 documents or more") as caught:
        train(
            quick,
            [f"data.path={path}", "targets.outlet.min_documents=5000"],
            output=tmp_path / "a",
        )
    assert "targets.outlet" in str(caught.value)


def test_unfamiliar_text_is_abstained_on(stories, quick, tmp_path, written, without_pages):
    run = train(quick, [f"data.path={written(stories)}"], output=tmp_path / "a")
    texts = [row["text"] for row in stories]
    said = [p.style["outlet"].abstained for p in run.model.predict(texts)]
    assert sum(said) < 0.1 * len(said)
    for strange in (GREEK * 5, "0 1 2\n3 4 5\n" * 60, "a"):
        assert run.model.predict([strange])[0].style["outlet"].abstained
