"""The form of ``report.json`` (schema 2): what one evaluation found, as plain JSON values.

The producer fills it; the renderers only format it. Any number may be None, which says "not
defined" and is shown as an en dash. Lists may be empty. Shares, probabilities and levels lie in
[0, 1] and are not percentages.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict, final

from framing.evaluation.probe_results import Number as Number
from framing.evaluation.probe_results import Probe as Probe
from framing.evaluation.probe_results import StyleProbes as StyleProbes

SCHEMA = 3


class Characters(TypedDict):
    """How long the documents are, in characters."""

    min: Number
    p10: Number
    median: Number
    p90: Number
    max: Number
    total: Number


class Rejected(TypedDict):
    """Rows that were set aside for one reason."""

    reason: str
    count: int
    example: str | None
    """Where to see one: ``file.jsonl line 812``."""


# the functional form, because `class` is a keyword
ClassCount = TypedDict("ClassCount", {"class": str, "train": Number, "test": Number})
"""Documents of one class on each side of the split."""


class Labels(TypedDict):
    """How the documents are spread over the classes of one target."""

    target: str
    classes: list[ClassCount]


class MarksRow(TypedDict):
    """One group of documents, such as an outlet."""

    group: str
    values: list[Number]
    """One a column."""


class Marks(TypedDict):
    """The share of documents that carried each mark of damage before any was added."""

    columns: list[str]
    """A column called ``documents`` holds counts, every other one shares."""
    rows: list[MarksRow]


class Data(TypedDict):
    """The data card."""

    name: str
    description: str
    source: str
    licence: str
    citation: str
    notes: list[str]
    fingerprint: str
    """SHA-256 of the documents and labels that were used."""
    documents: int
    rejected: list[Rejected]
    duplicates_removed: int
    characters: Characters
    labels: list[Labels]
    marks: Marks | None


class Proof(TypedDict):
    """One way in which the two sides of the split could touch, and how near they come."""

    what: str
    largest_across: Number
    """The largest similarity of a training and a test document."""
    limit: Number
    holds: bool


class Split(TypedDict):
    """How the documents were divided."""

    by: str
    description: str
    train: Number
    test: Number
    left_out: Number
    groups: Number
    largest_group: Number
    """Documents in the largest group."""
    proof: list[Proof]


class Metric(TypedDict):
    """One figure of merit beside what it has to beat."""

    name: str
    value: Number
    low: Number
    """The lower end of its confidence interval."""
    high: Number
    dummy: Number
    """The same metric of a model that does not read the text. None where beating it would mean
    nothing, such as for coverage."""
    baseline: Number
    """The same metric of a simple model that does read the text."""
    better: Literal["higher", "lower"]
    note: NotRequired[str]
    goal: NotRequired[Number]
    """The value it was set to reach, such as the coverage in the config. The report warns when
    the metric stays clearly short of it."""


class Confusion(TypedDict):
    """Documents by true (row) and predicted (column) class."""

    labels: list[str]
    counts: list[list[int]]


class ReliabilityBin(TypedDict):
    """Documents whose highest probability lies in [low, high)."""

    low: float
    high: float
    confidence: Number
    """Their mean probability."""
    accuracy: Number
    count: int


class Reliability(TypedDict):
    """Whether probabilities mean what they say."""

    bins: list[ReliabilityBin]
    ece: Number
    """Expected calibration error."""


ClassFigures = TypedDict(
    "ClassFigures",
    {
        "class": str,
        "precision": Number,
        "recall": Number,
        "f1": Number,
        "auc": Number,
        "support": Number,
    },
)
"""Figures of one class against the rest; ``support`` is its number of test documents."""


class Ngram(TypedDict):
    """An n-gram and its weight in the linear model."""

    ngram: str
    weight: Number


ClassNgrams = TypedDict("ClassNgrams", {"class": str, "view": str, "ngrams": list[Ngram]})
"""The n-grams that speak most for one class (of a corruption target: ``level`` or a kind)."""


@final
class StyleEvaluation(TypedDict):
    """A style target under one protocol. The first metric is the headline."""

    protocol: str
    description: str
    documents: Number
    groups: Number
    metrics: list[Metric]
    confusion: Confusion | None
    reliability: Reliability | None
    classes: list[ClassFigures]


class SplitFigures(TypedDict):
    """Training documents, held out by whole folds so that something is kept apart."""

    apart: str
    """What never stood on both sides of a fold."""
    documents: Number
    groups: Number
    metrics: list[Metric]


class StyleTarget(TypedDict):
    """What was found about a style target. The first evaluation is the headline."""

    name: str
    type: Literal["style"]
    classes: list[str]
    views: list[str]
    temperature: Number
    evaluations: list[StyleEvaluation]
    splits: list[SplitFigures]
    """The same documents under random, group- and source-disjoint cross-validation; empty when the
    probes are left out."""
    ngrams: list[ClassNgrams]
    probes: StyleProbes | None
    """None where the config leaves probes out."""


class Levels(TypedDict):
    """A sample of at most 2,000 documents: true and predicted level, in the same order."""

    true: list[float]
    predicted: list[float]


class KindFigures(TypedDict):
    """Figures of one kind of damage; ``low`` and ``high`` are the interval of ``auc``."""

    kind: str
    auc: Number
    average_precision: Number
    f1: Number
    prevalence: Number
    baseline_auc: Number
    low: Number
    high: Number


class SliceFigures(TypedDict):
    """How well the level is read in a part of the documents: an outlet, a length."""

    by: str
    """What the documents were parted by."""
    slice: str
    documents: Number
    mae: Number
    bias: Number
    """Mean of predicted less true level: the same damage should cost the same everywhere."""
    spearman: Number
    clean: Number
    """How many of the documents are undamaged."""
    false_alarms: Number
    """The share of those that are graded moderate or worse."""


class UnseenKind(TypedDict):
    """How damage of a kind is scored by a model that was never trained on it."""

    kind: str
    documents: Number
    """Test documents that were damaged by this kind alone, to a level of 0.1 or more."""
    found: Number
    """The share of them that is graded moderate or worse."""
    low: Number
    high: Number
    mean_true: Number
    mean_level: Number
    trained: Number
    """The share that is found by the model that was trained on all kinds."""


class RegisterFigures(TypedDict):
    """What is said of undamaged passages in a manner of writing that is not news."""

    register: str
    passages: Number
    mean_level: Number
    false_alarms: Number
    """The share of the passages that is graded moderate or worse."""
    kinds: list[str]
    """The kinds of damage that are thought likely in any of them."""


@final
class CorruptionEvaluation(TypedDict):
    """The corruption target under one protocol. The first metric is the headline."""

    protocol: str
    description: str
    documents: Number
    groups: Number
    metrics: list[Metric]
    levels: Levels | None
    grades: Confusion | None
    kinds: list[KindFigures]
    slices: list[SliceFigures]


class CorruptionTarget(TypedDict):
    """What was found about the corruption target."""

    name: str
    type: Literal["corruption"]
    kinds: list[str]
    views: list[str]
    evaluations: list[CorruptionEvaluation]
    unseen_kinds: list[UnseenKind]
    """Empty unless the config asks for it."""
    registers: list[RegisterFigures]
    ngrams: list[ClassNgrams]


Target = StyleTarget | CorruptionTarget
Evaluation = StyleEvaluation | CorruptionEvaluation


class Seconds(TypedDict):
    """Seconds spent in each step."""

    corpus: Number
    split: Number
    damage: Number
    features: Number
    fit: Number
    evaluate: Number
    total: Number


class Cost(TypedDict):
    """What the run took, and how fast the model reads."""

    seconds: Seconds
    documents_per_second: Number
    megabytes_per_second: Number
    peak_memory_mb: Number
    predict_documents_per_second: Number
    predict_megabytes_per_second: Number


class Report(TypedDict):
    """One evaluation of one trained model."""

    schema: int
    name: str
    created: str
    """When, in UTC and ISO 8601."""
    command: str
    seed: int
    versions: dict[str, str]
    config: str
    """The resolved config as YAML."""
    config_hash: str
    data: Data
    split: Split
    targets: list[Target]
    probes: list[Probe]
    cost: Cost
