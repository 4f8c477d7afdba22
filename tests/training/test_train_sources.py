"""One corpus in every form in which files hold one."""

import csv
import json

import pytest

import framing
from framing.training import train

COLUMNS = ("text", "outlet", "event", "part")


def as_csv(rows, folder):
    path = folder / "stories.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path, "outlet"


def as_jsonl(rows, folder):
    path = folder / "stories.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path, "outlet"


def as_parquet(rows, folder):
    import pyarrow as pa
    from pyarrow import parquet

    path = folder / "stories.parquet"
    parquet.write_table(pa.table({c: [row[c] for row in rows] for c in COLUMNS}), path)
    return path, "outlet"


def as_folder(rows, folder):
    path = folder / "stories"
    for i, row in enumerate(rows):
        (path / row["outlet"]).mkdir(parents=True, exist_ok=True)
        (path / row["outlet"] / f"{i:03}.txt").write_text(row["text"], encoding="utf-8")
    return path, "label"


@pytest.mark.parametrize("write", [as_csv, as_jsonl, as_parquet, as_folder])
def test_a_corpus_trains_from_every_form(write, stories, quick, tmp_path, without_pages):
    path, column = write(stories, tmp_path)
    run = train(
        quick,
        [f"data.path={path}", f"targets.outlet.column={column}"],
        output=tmp_path / "bundle",
    )
    classes = {
        c["class"]: c["train"] + c["test"] for c in run.report["data"]["labels"][0]["classes"]
    }
    assert set(classes) == {row["outlet"] for row in stories}
    assert sum(classes.values()) == len(stories) - 1
    macro = run.report["targets"][0]["evaluations"][0]["metrics"][0]
    assert macro["value"] > macro["dummy"] + 0.5
    assert framing.load(run.folder).predict([stories[0]["text"]]) == run.model.predict(
        [stories[0]["text"]]
    )


def test_broken_rows_cost_nothing_but_themselves(stories, quick, tmp_path, without_pages):
    path, _ = as_jsonl(stories, tmp_path)
    with path.open("ab") as file:
        file.write(b'{"text": "cut of\n[1, 2]\n\xff\xfe\n{"outlet": "Kite Daily"}\n')
    run = train(quick, [f"data.path={path}"], output=tmp_path / "bundle")
    assert run.report["data"]["documents"] == len(stories) - 1
    assert sum(r["count"] for r in run.report["data"]["rejected"]) == 4
