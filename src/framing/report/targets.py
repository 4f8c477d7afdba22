"""The sections of one target: its evaluations and its n-grams."""

from __future__ import annotations

from functools import partial

from framing.evaluation.results import (
    ClassNgrams,
    Confusion,
    CorruptionEvaluation,
    CorruptionTarget,
    Evaluation,
    Metric,
    Reliability,
    SplitFigures,
    StyleEvaluation,
    Target,
)
from framing.report import plots
from framing.report.blocks import Block, Ngrams, Paragraph, Plot, Section, Table
from framing.report.formatting import (
    MISSING,
    count,
    figure,
    interval,
    label,
    ngram,
    percent,
    shorten,
)
from framing.report.probes import style_probes
from framing.report.verdict import with_interval

_FOLD = 15


def target_sections(target: Target, id: str) -> list[Section]:
    """Give a section about the target, with one below it for each evaluation."""
    name = label(target["name"])
    if target["type"] == "style":
        about = f"A style target with {count(len(target['classes']))} classes"
    else:
        about = "The corruption target: the level of damage and the kinds " + _listed(
            target["kinds"]
        )
    about += f". Views: {_listed(target['views'])}."
    if target["type"] == "style" and target["temperature"] is not None:
        about += f" Temperature of its probabilities: {figure(target['temperature'])}."
    found = [Section(id, f"Target: {name}", blocks=[Paragraph(about)], short=shorten(name, 20))]
    evaluations: list[Evaluation] = [*target["evaluations"]]
    for number, evaluation in enumerate(evaluations, start=1):
        found.append(
            Section(
                f"{id}-evaluation-{number}",
                f"{name}: {label(evaluation['protocol'])}",
                level=3,
                blocks=_evaluation(evaluation),
            )
        )
    if target["type"] == "style" and target["splits"]:
        found.append(
            Section(
                f"{id}-splits", f"{name}: ways of holding out", level=3,
                blocks=_splits(target["splits"]), short="ways of holding out",
            )
        )  # fmt: skip
    if target["type"] == "corruption" and (target["unseen_kinds"] or target["registers"]):
        found.append(
            Section(f"{id}-beyond", f"{name}: beyond its training", level=3, blocks=_beyond(target))
        )
    if target["type"] == "style" and target["probes"]:
        found.append(
            Section(
                f"{id}-probes", f"{name}: probes", level=3, blocks=style_probes(target["probes"])
            )
        )
    if target["ngrams"]:
        found.append(
            Section(f"{id}-ngrams", f"{name}: n-grams", level=3, blocks=[_ngrams(target["ngrams"])])
        )
    return found


def _splits(splits: list[SplitFigures]) -> list[Block]:
    about = (
        "Training documents, each read by a model that did not learn from it, and by one that did "
        "not learn from anything close to it either. What is lost from one to the next was owed to "
        "what was kept apart there."
    )
    rows = [
        [
            label(split["apart"]),
            label(metric["name"]),
            figure(metric["value"]),
            interval(metric["low"], metric["high"]),
            figure(metric["dummy"]),
            figure(metric["baseline"]),
            count(split["groups"]),
        ]
        for split in splits
        for metric in split["metrics"]
    ]
    columns = ["Kept apart", "Metric", "Value", "Interval", "Dummy", "Baseline", "Groups"]
    table = Table("The same documents held out in different ways", columns, rows,
                  text=frozenset({0, 1}))  # fmt: skip
    return [Paragraph(about), table]


def _evaluation(evaluation: Evaluation) -> list[Block]:
    size = f"{count(evaluation['documents'])} documents in {count(evaluation['groups'])} groups."
    blocks: list[Block] = [Paragraph(f"{label(evaluation['description'])} {size}".strip())]
    if evaluation["metrics"]:
        blocks += _metrics(evaluation["metrics"])
    if "slices" in evaluation:
        return blocks + _corruption(evaluation)
    return blocks + _style(evaluation)


def _metrics(metrics: list[Metric]) -> list[Block]:
    columns = ["Metric", "Value", "Interval", "Dummy", "Baseline", "Better"]
    rows = [
        [
            label(metric["name"]),
            figure(metric["value"]),
            interval(metric["low"], metric["high"]),
            figure(metric["dummy"]),
            figure(metric["baseline"]),
            metric["better"],
        ]
        for metric in metrics
    ]
    text = {5}
    if any(metric.get("goal") is not None for metric in metrics):
        columns.append("Goal")
        for row, metric in zip(rows, metrics, strict=True):
            row.append(figure(metric.get("goal")))
    if any(metric.get("note") for metric in metrics):
        text.add(len(columns))
        columns.append("Note")
        for row, metric in zip(rows, metrics, strict=True):
            row.append(label(metric.get("note", "")) or MISSING)
    table = Table("Metrics", columns, rows, text=frozenset(text))
    drawn = [metric for metric in metrics if metric["value"] is not None]
    if not drawn:
        return [table]
    alternative = "; ".join(
        f"{label(metric['name'])} {with_interval(metric)}, dummy {figure(metric['dummy'])}, "
        f"baseline {figure(metric['baseline'])}"
        for metric in drawn
    )
    caption = "Metrics with their intervals, beside dummy and baseline; each row has its own scale"
    return [table, Plot(partial(plots.metric_bars, drawn), caption, alternative)]


def _style(evaluation: StyleEvaluation) -> list[Block]:
    blocks: list[Block] = []
    if evaluation["classes"]:
        blocks.append(
            Table(
                "Each class against the rest",
                ["Class", "Precision", "Recall", "F1", "AUC", "Test documents"],
                [
                    [
                        label(row["class"]),
                        figure(row["precision"]),
                        figure(row["recall"]),
                        figure(row["f1"]),
                        figure(row["auc"]),
                        count(row["support"]),
                    ]
                    for row in evaluation["classes"]
                ],
                folded=len(evaluation["classes"]) > _FOLD,
            )
        )
    if evaluation["confusion"]:
        blocks += _confusion(evaluation["confusion"], "class")
    if evaluation["reliability"]:
        blocks += _reliability(evaluation["reliability"])
    return blocks


def _corruption(evaluation: CorruptionEvaluation) -> list[Block]:
    blocks: list[Block] = []
    levels = evaluation["levels"]
    if levels and levels["true"]:
        headline = evaluation["metrics"][0] if evaluation["metrics"] else None
        alternative = f"A dot for each of {count(len(levels['true']))} documents"
        if headline:
            alternative += f"; {label(headline['name'])} {with_interval(headline)}"
        blocks.append(
            Plot(
                partial(plots.level_scatter, levels),
                "Predicted against true level of a sample of documents; the lines are the bounds "
                "of the grades, and the axes widen small levels (cube root)",
                alternative,
            )
        )
    if evaluation["grades"]:
        blocks += _confusion(evaluation["grades"], "grade")
    if evaluation["kinds"]:
        blocks.append(
            Table(
                "Kinds of damage",
                ["Kind", "AUC", "Interval of AUC", "Baseline AUC", "Average precision", "F1",
                 "Prevalence"],
                [
                    [
                        label(row["kind"]),
                        figure(row["auc"]),
                        interval(row["low"], row["high"]),
                        figure(row["baseline_auc"]),
                        figure(row["average_precision"]),
                        figure(row["f1"]),
                        percent(row["prevalence"]),
                    ]
                    for row in evaluation["kinds"]
                ],
            )
        )  # fmt: skip
    if evaluation["slices"]:
        blocks.append(
            Table(
                "The level in parts of the documents",
                ["By", "Part", "Documents", "MAE", "Bias", "Spearman", "Undamaged",
                 "Of these moderate or worse"],
                [
                    [
                        label(row["by"]),
                        label(row["slice"]),
                        count(row["documents"]),
                        figure(row["mae"]),
                        figure(row["bias"]),
                        figure(row["spearman"]),
                        count(row["clean"]),
                        percent(row["false_alarms"]),
                    ]
                    for row in evaluation["slices"]
                ],
                text=frozenset({1}),
                folded=len(evaluation["slices"]) > _FOLD,
            )
        )  # fmt: skip
    return blocks


def _beyond(target: CorruptionTarget) -> list[Block]:
    blocks: list[Block] = []
    if target["unseen_kinds"]:
        blocks.append(
            Table(
                "Damage of a kind that was left out of training, at levels of 0.1 and more",
                ["Kind", "Documents", "Moderate or worse", "Interval", "When trained on it",
                 "Mean true level", "Mean level"],
                [
                    [
                        label(row["kind"]),
                        count(row["documents"]),
                        percent(row["found"]),
                        MISSING if row["low"] is None
                        else f"{percent(row['low'])}–{percent(row['high'])}",
                        percent(row["trained"]),
                        figure(row["mean_true"]),
                        figure(row["mean_level"]),
                    ]
                    for row in target["unseen_kinds"]
                ],
            )
        )  # fmt: skip
    if target["registers"]:
        blocks.append(
            Table(
                "Undamaged passages that are not news",
                ["Register", "Passages", "Mean level", "Moderate or worse", "Kinds found"],
                [
                    [
                        label(row["register"]),
                        count(row["passages"]),
                        figure(row["mean_level"]),
                        percent(row["false_alarms"]),
                        _listed(row["kinds"]),
                    ]
                    for row in target["registers"]
                ],
                text=frozenset({4}),
            )
        )
    return blocks


def _confusion(confusion: Confusion, what: str) -> list[Block]:
    names = [label(name) for name in confusion["labels"]]
    counts = confusion["counts"]
    table = Table(
        f"Documents by true {what} (row) and predicted {what} (column)",
        ["True", *names],
        [[name, *map(count, row)] for name, row in zip(names, counts, strict=True)],
        folded=True,
    )
    drawn = plots.largest_rows(confusion)
    if not drawn["labels"]:
        return [table]
    caption = f"True {what} (row) against predicted {what} (column); shade: share of the row"
    if len(drawn["labels"]) < len(names):
        caption += (
            f". Only the {len(drawn['labels'])} {_many(what)} with the most documents of "
            f"{len(names)} are drawn, shaded among themselves; the table has all"
        )
    errors = [
        (number, names[i], names[j])
        for i, row in enumerate(counts)
        for j, number in enumerate(row)
        if i != j and number
    ]
    if errors:
        number, true, predicted = max(errors, key=lambda error: error[0])
        worst = f"most frequent error: {true} taken for {predicted}, {count(number)} documents"
    else:
        worst = "no errors"
    alternative = f"Heat map of {len(drawn['labels'])} {_many(what)}; {worst}"
    return [Plot(partial(plots.confusion, drawn), caption, alternative), table]


def _reliability(reliability: Reliability) -> list[Block]:
    ece = figure(reliability["ece"])
    table = Table(
        "Probability of the predicted class against how often it is right",
        ["Probability", "Mean probability", "Accuracy", "Documents"],
        [
            [
                interval(row["low"], row["high"]),
                figure(row["confidence"]),
                figure(row["accuracy"]),
                count(row["count"]),
            ]
            for row in reliability["bins"]
        ],
        folded=True,
    )
    filled = [row for row in reliability["bins"] if row["count"]]
    if not filled:
        return [table]
    last = filled[-1]
    alternative = (
        f"Expected calibration error {ece}; in the highest bin "
        f"({interval(last['low'], last['high'])}) the mean probability is "
        f"{figure(last['confidence'])} and the accuracy {figure(last['accuracy'])} over "
        f"{count(last['count'])} documents"
    )
    caption = (
        "Reliability: on the dashed line probabilities are right as often as they say; below, the "
        f"documents in each bin. Expected calibration error {ece}"
    )
    return [Plot(partial(plots.reliability, reliability), caption, alternative), table]


def _ngrams(rows: list[ClassNgrams]) -> Block:
    return Ngrams(
        "N-grams that weigh most, with their weights (␣ space, ↵ line end, ⇥ tab)",
        [
            (
                label(row["class"]),
                label(row["view"]),
                [(ngram(item["ngram"]), figure(item["weight"])) for item in row["ngrams"]],
            )
            for row in rows
        ],
    )


def _listed(names: list[str]) -> str:
    return ", ".join(label(name) for name in names) or MISSING


def _many(what: str) -> str:
    return what + ("es" if what.endswith("s") else "s")
