"""Every figure of the JSON, in the Markdown and in the page, under the documented rules."""

import pytest

DASH = "–"


def f3(value):
    if value is None:
        return DASH
    return f"{value:,.3f}" if abs(value) >= 0.0005 or value == 0 else f"{value:.2g}"


def n(value):
    return DASH if value is None else format(round(value), ",")


def pc(value):
    return DASH if value is None else f"{value * 100:.1f}%"


def ends(row):
    low, high = row["low"], row["high"]
    if low is None and high is None:
        return DASH
    plain = low is not None and high is not None and low >= 0 and high >= 0
    return f"{f3(low)}{DASH if plain else ' to '}{f3(high)}"


def metrics_rows(evaluation):
    metrics = evaluation["metrics"]
    for metric in metrics:
        row = [metric["name"], f3(metric["value"]), ends(metric), f3(metric["dummy"]),
               f3(metric["baseline"]), metric["better"]]  # fmt: skip
        if any("goal" in other for other in metrics):
            row.append(f3(metric.get("goal")))
        if any("note" in other for other in metrics):
            row.append(metric.get("note", DASH))
        yield row


def evaluations(report, kind=None):
    return [e for t in report["targets"] if kind in (None, t["type"]) for e in t["evaluations"]]


def confusion_rows(matrix):
    return [
        [name, *map(n, row)] for name, row in zip(matrix["labels"], matrix["counts"], strict=True)
    ]


def test_metrics(sample, tables):
    expected = [list(metrics_rows(e)) for e in evaluations(sample)]
    assert [table[1:] for table in tables["Metrics"]] == expected


def test_ways_of_holding_out(sample, tables):
    expected = [
        [[s["apart"], m["name"], f3(m["value"]), ends(m), f3(m["dummy"]), f3(m["baseline"]),
          n(s["groups"])] for s in t["splits"] for m in s["metrics"]]
        for t in sample["targets"] if t["type"] == "style" and t["splits"]
    ]  # fmt: skip
    found = tables["The same documents held out in different ways"]
    assert [table[1:] for table in found] == expected


def test_classes(sample, tables):
    expected = [
        [[r["class"], f3(r["precision"]), f3(r["recall"]), f3(r["f1"]), f3(r["auc"]),
          n(r["support"])] for r in e["classes"]]
        for e in evaluations(sample, "style")
    ]  # fmt: skip
    assert [table[1:] for table in tables["Each class against the rest"]] == expected


def test_kinds(sample, tables):
    expected = [
        [[r["kind"], f3(r["auc"]), ends(r), f3(r["baseline_auc"]), f3(r["average_precision"]),
          f3(r["f1"]), pc(r["prevalence"])] for r in e["kinds"]]
        for e in evaluations(sample, "corruption")
    ]  # fmt: skip
    assert [table[1:] for table in tables["Kinds of damage"]] == expected


def test_parts_of_the_documents(sample, tables):
    expected = [
        [[r["by"], r["slice"], n(r["documents"]), f3(r["mae"]), f3(r["bias"]), f3(r["spearman"]),
          n(r["clean"]), pc(r["false_alarms"])] for r in e["slices"]]
        for e in evaluations(sample, "corruption")
        if e["slices"]
    ]  # fmt: skip
    assert [table[1:] for table in tables["The level in parts of the documents"]] == expected


def test_kinds_that_were_never_seen(sample, tables):
    (target,) = [t for t in sample["targets"] if t["type"] == "corruption"]
    expected = [
        [r["kind"], n(r["documents"]), pc(r["found"]),
         "–" if r["low"] is None else f"{pc(r['low'])}–{pc(r['high'])}", pc(r["trained"]),
         f3(r["mean_true"]), f3(r["mean_level"])]
        for r in target["unseen_kinds"]
    ]  # fmt: skip
    (table,) = tables["Damage of a kind that was left out of training, at levels of 0.1 and more"]
    assert table[1:] == expected


def test_registers(sample, tables):
    (target,) = [t for t in sample["targets"] if t["type"] == "corruption"]
    expected = [
        [r["register"], n(r["passages"]), f3(r["mean_level"]), pc(r["false_alarms"]),
         ", ".join(r["kinds"]) or "–"]
        for r in target["registers"]
    ]  # fmt: skip
    (table,) = tables["Undamaged passages that are not news"]
    assert table[1:] == expected


@pytest.mark.parametrize(("key", "what"), [("confusion", "class"), ("grades", "grade")])
def test_confusions(sample, tables, key, what):
    expected = [confusion_rows(e[key]) for e in evaluations(sample) if key in e]
    found = tables[f"Documents by true {what} (row) and predicted {what} (column)"]
    assert [table[1:] for table in found] == expected


def test_reliability(sample, tables):
    expected = [
        [[ends(r), f3(r["confidence"]), f3(r["accuracy"]), n(r["count"])]
         for r in e["reliability"]["bins"]]
        for e in evaluations(sample, "style")
    ]  # fmt: skip
    caption = "Probability of the predicted class against how often it is right"
    assert [table[1:] for table in tables[caption]] == expected


def test_data(sample, tables):
    data = sample["data"]
    facts = dict(tables["The corpus"][0])
    assert facts["documents"] == n(data["documents"])
    assert facts["duplicates removed"] == n(data["duplicates_removed"])
    assert facts["fingerprint (SHA-256)"] == data["fingerprint"]
    lengths = tables["Length of the documents in characters"][0][1][1:]
    assert lengths == [n(value) for value in data["characters"].values()]
    assert tables["Rows that were set aside"][0][1:] == [
        [r["reason"], n(r["count"]), r["example"] or DASH] for r in data["rejected"]
    ]
    for labels in data["labels"]:
        assert tables[f"Documents of each class: {labels['target']}"][0][1:] == [
            [r["class"], n(r["train"]), n(r["test"])] for r in labels["classes"]
        ]
    marks = tables["Share of documents that carried marks of damage before any was added"][0]
    assert marks[0][1:] == data["marks"]["columns"]
    assert marks[1:] == [
        [r["group"], n(r["values"][0]), *map(pc, r["values"][1:])] for r in data["marks"]["rows"]
    ]


def test_split(sample, tables):
    split = sample["split"]
    keys = ("train", "test", "left_out", "groups", "largest_group")
    assert tables["The two sides, in documents"][0][1] == [
        split["by"],
        *(n(split[k]) for k in keys),
    ]
    assert tables["Proof that training and test documents are apart"][0][1:] == [
        [p["what"], f3(p["largest_across"]), f3(p["limit"]), "yes" if p["holds"] else "NO"]
        for p in split["proof"]
    ]


def test_probes_and_cost(sample, tables):
    assert tables["Probes: what else could explain the figures"][0][1:] == [
        [p["name"], f3(p["value"]), ends(p), f3(p["reference"]), p["reference_name"], p["meaning"]]
        for p in sample["probes"]
    ]
    steps = dict(tables["Time of each step"][0][1:])
    assert steps["fit"] == "1 min 11 s"
    assert steps["corpus"] == "4.2 s"
    assert set(steps) == set(sample["cost"]["seconds"])
    assert tables["Speed and memory"][0][1:] == [
        ["training", "63.4", "0.3"],
        ["prediction", "1,250", "4.4"],
    ]


def style_probes(report):
    (probes,) = [t["probes"] for t in report["targets"] if t["type"] == "style" and t["probes"]]
    return probes


def part_row(row):
    return [row["part"], n(row["documents"]), f3(row["accuracy"]), ends(row), f3(row["dummy"])]


def test_the_summary_of_a_targets_probes(sample, tables):
    (table,) = tables["What the answers rest on"]
    assert table[1:] == [
        [p["name"], f3(p["value"]), ends(p), f3(p["reference"]), p["reference_name"], p["meaning"]]
        for p in style_probes(sample)["figures"]
    ]


@pytest.mark.parametrize(
    ("key", "caption"),
    [
        ("names", "Names replaced by others of their kind"),
        ("kinds", "Light damage, by kind"),
        ("levels", "Damage of three kinds at once, by the level aimed at"),
    ],
)
def test_answers_to_changed_documents(sample, tables, key, caption):
    (table,) = tables[caption]
    assert table[1:] == [
        [r["change"], n(r["documents"]), pc(r["changed"]), f3(r["level"]), f3(r["flips"]),
         ends({"low": r["flips_low"], "high": r["flips_high"]}), f3(r["accuracy"]), ends(r),
         f3(r["dummy"])]
        for r in style_probes(sample)[key]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "caption"),
    [
        ("prefixes", "Accuracy by how much of the text is given"),
        ("lengths", "Accuracy by length of the document"),
        ("groups", "Accuracy by outlet, the worst first"),
        ("topics", "Accuracy by topic, the worst first"),
    ],
)
def test_accuracy_in_parts(sample, tables, key, caption):
    (table,) = tables[caption]
    assert table[1:] == [part_row(row) for row in style_probes(sample)[key]]


def test_risk_against_coverage(sample, tables):
    (table,) = tables["Accuracy of the surest answers"]
    rows = style_probes(sample)["confident"]
    assert table[1:] == [[*part_row(row), f3(row["probability"])] for row in rows]


def test_ngrams_and_weights(sample, written, page):
    markdown = (written / "report.md").read_text(encoding="utf-8")
    for target in sample["targets"]:
        for row in target["ngrams"]:
            for item in row["ngrams"]:
                weight = f3(item["weight"])
                assert f" {weight}" in markdown
                assert any(weight in term for term in page.terms)
    assert "`harbour␣post` " in markdown
    assert "`` `tick` `` " in markdown
    assert "`\\|␣pipe` " in markdown


def test_the_page_has_the_same_tables_as_the_markdown(tables, page):
    ngrams = {caption for caption in tables if caption.startswith("N-grams")}
    assert {k: v for k, v in tables.items() if k not in ngrams} == page.tables


def test_config_and_versions_are_there_in_full(sample, tables, page, written):
    assert dict(tables["Versions"][0][1:]) == sample["versions"]
    assert sample["config"].rstrip("\n") in page.text
    assert sample["config"] in (written / "report.md").read_text(encoding="utf-8")
    origin = dict(tables["How to make this again"][0][1:])
    assert origin["command"] == sample["command"]
    assert origin["seed"] == str(sample["seed"])
