import pytest


@pytest.fixture
def evaluate(cli, bundle):
    return lambda *args: cli("evaluate", bundle, *args)


@pytest.fixture
def labelled(stories, write_rows):
    """Half of the stories, their ends cut off, with what was there and how much is gone."""
    rows = []
    for i, row in enumerate(stories):
        text = row["text"]
        damaged = text if i % 2 else text.replace("e", "3").replace("o", "0")
        gone = sum(a != b for a, b in zip(text, damaged, strict=True)) / len(text)
        rows.append({**row, "text": damaged, "undamaged": text, "level": gone})
    return write_rows(rows)


def metrics(found):
    return {metric["name"]: metric["value"] for metric in found["metrics"]}


def test_style_is_measured_where_the_data_has_its_column(evaluate, labelled, stories):
    said = evaluate("--data", labelled, "--json")
    assert (said.code, said.err) == (0, "")
    assert [found["target"] for found in said.objects] == ["outlet", "register"]
    for found in said.objects:
        assert found["protocol"] == "given documents"
        assert found["documents"] == found["groups"] == len(stories)
        assert metrics(found)["macro-F1"] > 0.8


def test_lines_for_people_name_targets_and_figures(evaluate, labelled):
    lines = evaluate("--data", labelled, "--undamaged", "undamaged").out.splitlines()
    heads = [line for line in lines if not line.startswith("  ")]
    assert [line.split(":")[0] for line in heads] == ["outlet", "register", "corruption"]
    assert any("macro-F1" in line and "dummy" in line for line in lines)


def test_levels_and_undamaged_texts_give_the_same_truth(evaluate, labelled):
    by_text = evaluate("--data", labelled, "--undamaged", "undamaged", "--json").objects[-1]
    by_level = evaluate("--data", labelled, "--level", "level", "--json").objects[-1]
    assert by_text["target"] == "corruption"
    assert metrics(by_text) == pytest.approx(metrics(by_level), abs=1e-4)
    assert by_text["levels"] == by_level["levels"]


def test_groups_are_drawn_as_one(evaluate, labelled, stories):
    found = evaluate("--data", labelled, "--group", "topic", "--json").objects[0]
    assert found["groups"] == len({row["topic"] for row in stories})
    assert found["documents"] == len(stories)


@pytest.mark.parametrize("option", ["--level", "--undamaged", "--group"])
def test_a_missing_column_is_told_with_its_option(option, evaluate, labelled):
    said = evaluate("--data", labelled, option, "undamagedd")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"error: {option}: the data has no column 'undamagedd'")
    assert "did you mean 'undamaged'?" in said.err


def test_other_columns_can_be_named(evaluate, stories, write_rows):
    rows = [{"body": row["text"], "source": row["outlet"]} for row in stories]
    said = evaluate(
        "--data", write_rows(rows), "--set", "data.columns.text=body",
        "--set", "targets.outlet.column=source", "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert [found["target"] for found in said.objects] == ["outlet"]


def test_without_a_column_of_a_target_nothing_is_measured(evaluate, write_rows):
    said = evaluate("--data", write_rows([{"text": "Guess what, folks?", "kind": "x"}]))
    assert (said.code, said.out) == (1, "")
    assert "the data has no label of a target (columns: id, kind)" in said.err
    assert "--set targets.NAME.column=" in said.err


def test_classes_that_the_model_does_not_know_are_not_counted(evaluate, stories, write_rows):
    rows = [{**r, "outlet": "Daily Duck"} if i % 3 == 0 else r for i, r in enumerate(stories)]
    found = evaluate("--data", write_rows(rows), "--json").objects[0]
    known = sum(row["outlet"] != "Daily Duck" for row in rows)
    assert found["documents"] == known
    assert f"{known:,} of {len(rows):,} documents" in found["description"]


@pytest.mark.parametrize("label", ["Daily Duck", None, 7])
def test_labels_that_are_all_unknown_are_an_error(label, evaluate, stories, write_rows):
    said = evaluate("--data", write_rows([{**row, "outlet": label} for row in stories]))
    assert (said.code, said.out) == (1, "")
    assert "error: targets.outlet: none of the values of column 'outlet' is a class" in said.err


def test_rows_that_are_set_aside_are_noted(evaluate, labelled):
    with labelled.open("a") as file:
        file.write('{"outlet": "Kite Daily", "text": " "}\n{broken\n')
    said = evaluate("--data", labelled)
    assert said.code == 0
    notes = said.err.splitlines()
    assert all(note.startswith("note: set aside: rows.jsonl line ") for note in notes)
    assert {note.split(": ")[3].split(" (")[0] for note in notes} == {"no text", "not JSON"}


@pytest.mark.parametrize("value", [None, "high", -0.1, 1.5, "nan"])
def test_a_level_that_is_none_is_told_with_its_row(value, evaluate, stories, write_rows):
    rows = [{**row, "level": 0.5} for row in stories[:10]]
    rows[6]["level"] = value
    path = write_rows([{**row, "level": str(row["level"])} for row in rows])
    said = evaluate("--data", path, "--level", "level")
    assert said.code == 1
    assert said.err.startswith("error: --level, rows.jsonl line 7: ")


def test_a_row_without_its_undamaged_text_is_told(evaluate, stories, write_rows):
    rows = [{**row, "undamaged": row["text"]} for row in stories[:10]]
    rows[6]["undamaged"] = None
    said = evaluate("--data", write_rows(rows), "--undamaged", "undamaged")
    assert said.code == 1
    assert said.err.startswith("error: --undamaged, rows.jsonl line 7: ")


def test_one_row_is_enough(evaluate, stories, write_rows):
    found = evaluate("--data", write_rows(stories[:1]), "--json").objects[0]
    assert found["documents"] == 1


def test_several_files_with_any_names(evaluate, stories, write_rows):
    paths = [write_rows(stories[:20], "a b.jsonl"), write_rows(stories[20:50], "\U0001f600.jsonl")]
    said = evaluate("--data", paths[0], "--data", paths[1], "--json")
    assert said.code == 0, said.err
    assert said.objects[0]["documents"] == 50


def test_a_target_that_the_model_does_not_have_is_not_measured(evaluate, labelled):
    more = "targets.topic={type: style, column: topic, views: [words]}"
    said = evaluate("--data", labelled, "--set", more, "--json")
    assert said.code == 0, said.err
    assert [found["target"] for found in said.objects] == ["outlet", "register"]


@pytest.mark.parametrize("data", ["none.jsonl", "."])
def test_data_that_cannot_be_read_is_told(data, evaluate, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = evaluate("--data", data)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error: data.path: ")


def test_without_a_bundle_the_hint_is_to_train_one(cli, labelled, tmp_path):
    said = cli("evaluate", tmp_path / "none", "--data", labelled)
    assert said.code == 1
    assert "framing train" in said.err
