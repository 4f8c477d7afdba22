"""Which documents a run takes, and on which side they stand."""

import numpy as np
import pytest

from framing.config import load_config
from framing.progress import Progress
from framing.training import load_documents, train


@pytest.fixture
def read(quick):
    def read(*overrides):
        return load_documents(load_config(quick, overrides), Progress())

    return read


def sides(documents, column):
    rows = zip(documents.corpus.dataset[column], documents.split.side.tolist(), strict=True)
    found = {}
    for value, side in rows:
        found.setdefault(value, set()).add(side)
    return found


def test_a_column_gives_the_parts(read, stories):
    documents = read("data.split.column=part")
    assert sides(documents, "part") == {"train": {0}, "valid": {1}, "test": {1}}
    assert documents.left_out == sum(row["part"] == "spare" for row in stories)


def test_a_column_may_name_its_parts_otherwise(read):
    documents = read("data.split.column=part", "data.split.train=[spare, valid]",
                     "data.split.test=train")  # fmt: skip
    assert sides(documents, "part") == {"spare": {0}, "valid": {0}, "train": {1}}


def test_a_given_split_gives_way_where_texts_are_too_close(read):
    loose = read("data.split.column=part")
    strict = read("data.split.column=part", "data.split.keep_apart=[near_duplicates, stories]")
    assert strict.left_out > loose.left_out
    assert all(proof.holds for proof in strict.split.proof)
    assert len(strict.split.test) == len(loose.split.test)


def test_groups_stay_whole(read):
    documents = read("data.split.groups=topic", "data.split.keep_apart=[]")
    found = sides(documents, "topic")
    assert all(len(both) == 1 for both in found.values())
    assert {side for both in found.values() for side in both} == {0, 1}


def test_a_missing_group_holds_nothing_together(read, stories):
    documents = read("data.split.groups=event", "data.split.keep_apart=[]")
    found = sides(documents, "event")
    found.pop(None)
    assert all(len(both) == 1 for both in found.values())
    single = sum(row["event"] is None for row in stories)
    assert single == 4
    assert len(np.unique(documents.split.groups)) == len(found) + single


def test_time_tests_on_the_latest(read):
    documents = read("data.split.by=time", "data.columns.date=date")
    days = documents.corpus.dataset["date"]
    last = max(days[i] for i in documents.split.train)
    assert last < min(days[i] for i in documents.split.test)


def test_time_tests_from_a_day_on(read):
    documents = read("data.split.test_from=2022-01-01", "data.columns.date=date")
    assert sides(documents, "year") == {2021: {0}, 2022: {1}}


def test_where_keeps_only_some_rows(read, stories):
    documents = read("data.where={topic: [nature, culture], year: 2021}")
    assert set(documents.corpus.dataset["topic"]) == {"nature", "culture"}
    assert set(documents.corpus.dataset["year"]) == {2021}
    kept = [r for r in stories if r["topic"] != "council" and r["year"] == 2021]
    assert len(kept) - 1 <= len(documents.texts) <= len(kept)


def test_limit_takes_a_sample_that_follows_from_the_seed(read):
    one, same, other = read("data.limit=50"), read("data.limit=50"), read("data.limit=50", "seed=8")
    assert len(one.texts) == 50
    assert one.columns["id"] == same.columns["id"]
    assert set(one.columns["id"]) != set(other.columns["id"])


def test_broader_classes_leave_the_other_values_out(read):
    documents = read("targets.outlet.classes={sober: Harbour Ledger, chatty: Kite Daily}")
    labels = documents.labels["outlet"]
    assert labels.classes == ("sober", "chatty")
    of = {"Harbour Ledger": 0, "Kite Daily": 1}
    assert labels.y.tolist() == [of.get(outlet, -1) for outlet in documents.columns["outlet"]]


def test_a_class_met_only_in_the_test_is_no_class(
    quick, stories, write_rows, tmp_path, without_pages
):
    rows = [{**r, "outlet": "New Post"} if r["part"] == "test" else r for r in stories]
    run = train(
        quick,
        [f"data.path={write_rows(rows)}", "data.split.column=part"],
        output=tmp_path / "bundle",
    )
    assert "New Post" not in run.model.style["outlet"].classes
    counts = {c["class"]: c for c in run.report["data"]["labels"][0]["classes"]}
    unknown = counts["(no class of this target)"]
    assert unknown["train"] == 0
    assert unknown["test"] == sum(row["part"] == "test" for row in rows)
    tested = run.report["targets"][0]["evaluations"][0]["documents"]
    assert tested == run.report["split"]["test"] - unknown["test"]


def test_an_outlet_is_read_by_a_model_that_never_met_it(quick, tmp_path, without_pages):
    # classes whose outlets share no habits: known outlets are read well, unknown ones are not
    broader = (
        "targets.outlet.classes={a: [Harbour Ledger, Kite Daily], "
        "b: [Northgate Wire, Lantern Post]}"
    )
    run = train(
        quick,
        [broader, "targets.outlet.leave_out=outlet", "evaluation.folds=4"],
        output=tmp_path / "bundle",
    )
    inside, left_out = run.report["targets"][0]["evaluations"]
    assert left_out["protocol"] == "outlet left out"
    assert left_out["groups"] == 4
    assert inside["metrics"][0]["value"] > 0.9
    assert left_out["metrics"][0]["value"] < 0.6


def test_brands_stay_whole_and_can_be_left_out(read, stories, write_rows):
    rows = []
    for i, row in enumerate(stories):
        host = f"{row['outlet'].replace(' ', '').lower()}.example"
        named = f"{row['outlet']} {['- News', '(Opinion)'][i % 2]}"
        rows.append({**row, "named": named, "page": f"https://{['www', 'm'][i % 2]}.{host}/{i}"})
    documents = read(
        f"data.path={write_rows(rows)}", "data.columns.source=named", "data.columns.url=page",
        "data.split.groups=brand", "data.split.keep_apart=[]", "data.split.test_size=0.4",
        "targets.outlet.column=topic", "targets.outlet.leave_out=brand",
    )  # fmt: skip
    found = sides(documents, "brand")
    assert len(found) == len({row["outlet"] for row in stories})
    assert all(len(both) == 1 for both in found.values())
    assert set(documents.columns["brand"]) == set(found)
