"""From a report to sections: what is said, in which order, and how every figure is formatted."""

from __future__ import annotations

from functools import partial

from framing.evaluation.results import ClassCount, Data, Probe, Report, Split
from framing.report import plots
from framing.report.blocks import Block, Bullets, Code, Paragraph, Plot, Section, Table
from framing.report.formatting import (
    MISSING,
    count,
    duration,
    figure,
    label,
    lines,
    percent,
    rate,
)
from framing.report.probes import probe_table
from framing.report.targets import target_sections
from framing.report.verdict import cautions, sentences

NUMBERS = (
    f"Metrics have three decimals, shares are percentages, and {MISSING} stands where a number is "
    "not defined. Every number is in report.json unrounded."
)


def sections(report: Report) -> list[Section]:
    """Give all sections in the order in which they are read, the verdict first."""
    found = [_verdict(report), _data(report["data"]), _split(report["split"])]
    for number, target in enumerate(report["targets"], start=1):
        found += target_sections(target, f"target-{number}")
    return [*found, _probes(report["probes"]), _cost(report), _origin(report)]


def _verdict(report: Report) -> Section:
    careful = cautions(report)
    blocks: list[Block] = [Bullets(sentences(report) or ["No target was evaluated."])]
    if careful:
        blocks += [Paragraph("What to be careful about:"), Bullets(careful, tone="careful")]
    elif any(evaluation["metrics"] for t in report["targets"] for evaluation in t["evaluations"]):
        blocks.append(
            Bullets(
                ["The split holds, and every metric clearly beats whatever it is compared with."],
                tone="good",
            )
        )
    blocks.append(
        Paragraph(
            "The dummy does not read the text; the baseline is a simple model that does. "
            "In brackets: the confidence interval. " + NUMBERS
        )
    )
    return Section("verdict", "Verdict", blocks=blocks, short="Verdict")


def _data(data: Data) -> Section:
    facts = [
        ["name", label(data["name"])],
        ["source", label(data["source"])],
        ["licence", label(data["licence"])],
        ["citation", label(data["citation"])],
        ["documents", count(data["documents"])],
        ["duplicates removed", count(data["duplicates_removed"])],
        ["fingerprint (SHA-256)", label(data["fingerprint"])],
    ]
    blocks: list[Block] = []
    if data["description"]:
        blocks.append(Paragraph(label(data["description"])))
    blocks.append(Table("The corpus", ["Fact", "Value"], _filled(facts), text=frozenset({1})))
    if data["notes"]:
        blocks.append(Bullets([label(note) for note in data["notes"]]))
    lengths = data["characters"]
    blocks.append(
        Table(
            "Length of the documents in characters",
            ["", "Shortest", "10th percentile", "Median", "90th percentile", "Longest", "Total"],
            [
                [
                    "characters",
                    count(lengths["min"]),
                    count(lengths["p10"]),
                    count(lengths["median"]),
                    count(lengths["p90"]),
                    count(lengths["max"]),
                    count(lengths["total"]),
                ]
            ],
        )
    )
    if data["rejected"]:
        blocks.append(
            Table(
                "Rows that were set aside",
                ["Reason", "Rows", "Example"],
                _filled(
                    [
                        [label(row["reason"]), count(row["count"]), label(row["example"] or "")]
                        for row in data["rejected"]
                    ]
                ),
                text=frozenset({2}),
            )
        )
    for labels in data["labels"]:
        blocks += _labels(label(labels["target"]), labels["classes"])
    if data["marks"]:
        columns = data["marks"]["columns"]
        blocks.append(
            Table(
                "Share of documents that carried marks of damage before any was added",
                ["Group", *[label(column) for column in columns]],
                [
                    [
                        label(row["group"]),
                        *[
                            count(value) if column == "documents" else percent(value)
                            for column, value in zip(columns, row["values"], strict=True)
                        ],
                    ]
                    for row in data["marks"]["rows"]
                ],
            )
        )
    return Section("data", "Data", blocks=blocks, short="Data")


def _labels(target: str, classes: list[ClassCount]) -> list[Block]:
    table = Table(
        f"Documents of each class: {target}",
        ["Class", "Train", "Test"],
        [[label(row["class"]), count(row["train"]), count(row["test"])] for row in classes],
        folded=True,
    )
    drawn = plots.largest_classes(classes)
    if not drawn:
        return [table]
    caption = f"Documents of each class: {target}"
    if len(drawn) < len(classes):
        caption += f" (the {len(drawn)} largest of {len(classes)} classes)"
    most, least = drawn[0], drawn[-1]
    alternative = f"Bars of {len(drawn)} classes. " + "; ".join(
        f"{which} {label(row['class'])}: {count(row['train'])} train, {count(row['test'])} test"
        for which, row in (("largest", most), ("smallest drawn", least))
    )
    return [Plot(partial(plots.label_distribution, drawn), caption, alternative), table]


def _split(split: Split) -> Section:
    blocks: list[Block] = []
    if split["description"]:
        blocks.append(Paragraph(label(split["description"])))
    blocks.append(
        Table(
            "The two sides, in documents",
            ["By", "Train", "Test", "Left out", "Groups", "Largest group"],
            [
                [
                    label(split["by"]),
                    count(split["train"]),
                    count(split["test"]),
                    count(split["left_out"]),
                    count(split["groups"]),
                    count(split["largest_group"]),
                ]
            ],
        )
    )
    if split["proof"]:
        blocks.append(
            Table(
                "Proof that training and test documents are apart",
                ["What", "Largest across", "Limit", "Holds"],
                [
                    [
                        label(proof["what"]),
                        figure(proof["largest_across"]),
                        figure(proof["limit"]),
                        "yes" if proof["holds"] else "NO",
                    ]
                    for proof in split["proof"]
                ],
                text=frozenset({3}),
            )
        )
    return Section("split", "Split", blocks=blocks, short="Split")


def _probes(probes: list[Probe]) -> Section:
    if not probes:
        return Section(
            "probes", "Probes", blocks=[Paragraph("No probes were run.")], short="Probes"
        )
    table = probe_table("Probes: what else could explain the figures", probes)
    return Section("probes", "Probes", blocks=[table], short="Probes")


def _cost(report: Report) -> Section:
    cost = report["cost"]
    steps = Table(
        "Time of each step",
        ["Step", "Time"],
        [[label(step), duration(seconds)] for step, seconds in _items(cost["seconds"])],
    )
    speeds = Table(
        "Speed and memory",
        ["", "Documents/s", "MB/s"],
        [
            ["training", rate(cost["documents_per_second"]), rate(cost["megabytes_per_second"])],
            [
                "prediction",
                rate(cost["predict_documents_per_second"]),
                rate(cost["predict_megabytes_per_second"]),
            ],
        ],
    )
    memory = Paragraph(f"Peak memory: {rate(cost['peak_memory_mb'])} MB.")
    return Section("cost", "Cost", blocks=[steps, speeds, memory], short="Cost")


def _origin(report: Report) -> Section:
    blocks: list[Block] = [
        Table(
            "How to make this again",
            ["What", "Value"],
            _filled(
                [
                    ["command", label(report["command"])],
                    ["seed", str(report["seed"])],
                    ["config hash", label(report["config_hash"])],
                    ["created", label(report["created"])],
                ]
            ),
            text=frozenset({1}),
        ),
        Code("Resolved config", lines(report["config"])),
        Table(
            "Versions",
            ["Package", "Version"],
            [[label(name), label(version)] for name, version in report["versions"].items()],
            text=frozenset({1}),
        ),
    ]
    return Section("config", "Config and versions", blocks=blocks, short="Config")


def _items(values: object) -> list[tuple[str, float | None]]:
    # a TypedDict's items have type object
    assert isinstance(values, dict)
    return list(values.items())


def _filled(rows: list[list[str]]) -> list[list[str]]:
    return [[cell or MISSING for cell in row] for row in rows]
