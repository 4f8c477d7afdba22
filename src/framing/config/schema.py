"""What a config file may say: one documented field each, checked before any work begins."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from framing.config.section import Section
from framing.config.tuning import Tuning

KindName = Literal[
    "lost_words", "wrong_mentions", "shuffled", "redacted", "truncated", "repeated", "foreign",
    "recased", "typos", "tokenised", "keyword_tail", "chrome", "html", "spacing", "ocr",
    "mojibake", "invisible",
]  # fmt: skip
"""A kind of damage; the operators of the same names live in :mod:`framing.corruption`."""


def _single(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    found = type(value).__name__
    raise ValueError(f"wants a word, a number, true, false or null, and this is a {found}")


Scalar = Annotated[str | int | float | bool | None, BeforeValidator(_single)]
Share = Annotated[float, Field(gt=0, lt=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


def _as_list(value: object) -> object:
    return [value] if value is None or isinstance(value, str | int | float | bool) else value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_day(value: object) -> object:
    # YAML turns 2017-03-01 into a date by itself; days are compared as text, so one form is kept
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a day of the form YYYY-MM-DD") from None
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else value


def _as_bytes(value: object) -> object:
    if not isinstance(value, str):
        return value
    units = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", value.lower())
    if not found or found[2] not in units:
        raise ValueError(f"{value!r} is not a size such as 500MB or 2GB")
    return int(float(found[1]) * units[found[2]])


Bytes = Annotated[int, BeforeValidator(_as_bytes), Field(ge=0)]
OneOrMore = Annotated[list[Scalar], BeforeValidator(_as_list), Field(min_length=1)]
Names = Annotated[list[str], BeforeValidator(_as_list)]


class Columns(Section):
    """Which columns of the data hold what."""

    text: str = "text"
    """The document's text."""
    id: str | None = None
    """A name for each document; without one, file and row number are used."""
    title: str | None = None
    """A headline. Clean text for the damage engine gets it on top now and then, so that a
    headline is not taken for page chrome."""
    date: str | None = None
    """The day of publication, needed by `data.split.by: time` and read by
    `data.split.story_days`."""
    source: str | None = None
    """The name of the outlet. With it, or with `url`, the documents get a column `brand`: outlet
    names and hosts of one house as one value, for `data.split.groups` and `leave_out`."""
    url: Annotated[list[str] | None, BeforeValidator(_one_or_many)] = None
    """One or more columns with the address of a document or of its outlet, the more telling ones
    first; see `source`."""
    topic: str | None = None
    """What a document is about: the report then says what style targets owe to it."""


class Split(Section):
    """How documents are divided into those that train the model and those that test it."""

    by: Literal["row", "group", "time", "column"] = "row"
    """`row`: at random, keeping classes in proportion; `group`: whole groups at random, a group
    being the rows that share a value in one of `groups`; `time`: the latest documents are the
    test; `column`: the parts are given in a column of the data. When left out it follows from
    the other keys."""
    groups: Names = []
    """With `by: group`: the columns whose values must not stand on both sides."""
    keep_apart: list[Literal["near_duplicates", "stories"]] = ["near_duplicates", "stories"]
    """Documents that must not stand on both sides whatever `by` says: near-duplicate texts, and
    tellings of one story (alike, and published within `story_days`). With `time` and `column`,
    where the sides are given, the training documents that are too close to a test document are
    left out. With `column` nothing is kept apart unless it is asked for."""
    test_size: Share = 0.2
    """The share of the documents (or groups, or of time's documents) that tests the model."""
    test_from: Annotated[str | None, BeforeValidator(_as_day)] = None
    """With `by: time`: test on documents from this day on (YYYY-MM-DD), in place of a share."""
    column: str | None = None
    """With `by: column`: the column that names the part of each row. Rows whose value is neither
    a training nor a test value are left out."""
    train: OneOrMore = ["train"]
    """With `by: column`: the values that mark training rows."""
    test: OneOrMore = ["valid", "validation", "dev", "test"]
    """With `by: column`: the values that mark test rows."""
    near_duplicate_similarity: Share = 0.3
    """Two texts are near-duplicates from this Jaccard similarity of their word 5-grams on."""
    story_similarity: Share = 0.3
    """Two texts tell one story from this cosine of their distinctive words' TF-IDF on."""
    story_days: int | None = Field(default=7, ge=0)
    """Two texts that were published more days apart do not tell one story, however much they have
    in common; `null`: time does not count. Documents without a day, and all where the config names
    no `data.columns.date`, go by what they say alone. Near-duplicates do not ask for the day."""

    @model_validator(mode="before")
    @classmethod
    def _by_follows(cls, values: object) -> object:
        # `--set data.split.column=media_split` alone says what is meant
        if not isinstance(values, dict):
            return values
        by = values.get("by")
        if by == "column" or (by is None and values.get("column")):
            # a published split is kept as published unless the config asks for more
            return {"keep_apart": [], **values, "by": "column"}
        if by is not None:
            return values
        if values.get("groups"):
            return {**values, "by": "group"}
        return {**values, "by": "time" if values.get("test_from") else "row"}

    @model_validator(mode="after")
    def _fits_together(self) -> Split:
        wants = {"group": "groups", "column": "column"}
        for by, key in wants.items():
            if self.by == by and not getattr(self, key):
                raise ValueError(f"by: {by} needs {key}")
            if self.by != by and getattr(self, key):
                raise ValueError(f"{key} is only used with by: {by}, and by is {self.by}")
        if self.test_from and self.by != "time":
            raise ValueError(f"test_from is only used with by: time, and by is {self.by}")
        both = [value for value in self.train if value in self.test]
        if self.by == "column" and both:
            raise ValueError(f"train and test both claim {both[0]!r}")
        return self


class Data(Section):
    """Where the documents come from. Give one of `builtin`, `path` and `hub`."""

    builtin: Literal["news-articles"] | None = None
    """A corpus that framing fetches by itself."""
    path: Annotated[list[str] | None, BeforeValidator(_one_or_many)] = None
    """Files, globs or a folder. A folder of text files gives the columns `text`, `label` (the
    subfolder) and `path`; CSV, TSV, JSONL and Parquet give their own. `.gz` and `.zst` are read
    as they are."""
    hub: str | None = None
    """The id of a dataset on the Hugging Face hub (`owner/name`), or a local dataset folder."""
    hub_config: str | None = None
    """The configuration of the hub dataset."""
    hub_split: str = "train"
    """The part of the hub dataset to read (`train`, `train+test`, `train[:10%]`)."""
    hub_revision: str | None = None
    """A commit or tag of the hub dataset; pin it to be able to repeat a run."""
    format: Literal["auto", "text", "csv", "jsonl", "parquet"] = "auto"
    """The format of the files under `path`; `auto` goes by their names."""
    columns: Columns = Columns()
    where: dict[str, OneOrMore] = {}
    """Keep only the rows whose column has one of the values: `{language: [en]}`."""
    min_chars: int = Field(default=1, ge=1)
    """Shorter texts (in characters, surrounding spaces not counted) are set aside."""
    drop_duplicates: bool = True
    """Keep one of several rows with the same text and the same labels."""
    limit: int | None = Field(default=None, ge=1)
    """Use a random sample of this many rows: a quick look before the long run."""
    split: Split = Split()

    @model_validator(mode="after")
    def _one_source(self) -> Data:
        given = [key for key in ("builtin", "path", "hub") if getattr(self, key)]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise ValueError(
                f"give one of builtin, path and hub; found {found}"
                + (f" (drop one with --set data.{given[0]}=null)" if given else "")
            )
        if self.split.by == "time" and not self.columns.date and not self.builtin:
            raise ValueError("split.by: time needs columns.date")
        return self


class View(Section):
    """One way of reading a text into n-grams, with its own TF-IDF."""

    analyzer: Literal["word", "char", "char_wb", "shape", "masked"] = "word"
    """`word`, `char` and `char_wb` as in scikit-learn: words, characters, or characters inside
    words; `shape`: the shapes of words (`Xxxx`), runs of white space and other characters as
    tokens; `masked`: words and other characters, but of words that are not among the most frequent
    ones only the shape."""
    ngram_range: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1, le=16)]] = (1, 1)
    """The shortest and the longest n-gram."""
    prepare: Literal["as_is", "layout", "normalized"] = "as_is"
    """What happens to a text first. `layout` makes runs of spaces, line ends and the ends of the
    document visible as characters; `normalized` takes out quotes, dashes, broken characters and
    layout, so that typography and encoding cannot give a source away."""
    n_features: int = 2**18
    """The number of hashed columns, a power of two."""
    keep_words: int = Field(default=1000, ge=0, le=100_000)
    """With `masked`: how many of the training documents' most frequent words are kept."""
    lowercase: bool = True
    """Whether case is dropped."""
    sublinear_tf: bool = True
    """Whether counts are damped to 1 + log(count)."""
    use_idf: bool = True
    """Whether rare n-grams weigh more."""
    norm: Literal["l1", "l2"] | None = "l2"
    """How a document's length is evened out."""

    @model_validator(mode="after")
    def _sound(self) -> View:
        low, high = self.ngram_range
        if low > high:
            raise ValueError(f"ngram_range: the shortest ({low}) is above the longest ({high})")
        n = self.n_features
        if not 2**8 <= n <= 2**30 or n & (n - 1):
            near = 2 ** max(8, min(30, n.bit_length() - 1)) if n > 0 else 2**18
            raise ValueError(f"n_features: a power of two from 2**8 to 2**30, such as {near}")
        return self


class Target(Section):
    """What every target has."""

    views: list[str] = Field(min_length=1)
    """The views (by name) that this target reads."""
    coverage: Share = 0.9
    """How often the label set (or the level's interval) is to hold the truth."""
    leave_out: str | None = None
    """A column, such as the outlet: the target is also evaluated on values of it that were left
    out of training, every value once."""


class UnseenSources(Section):
    """How a style target reads documents of sources that it was not trained on.

    Recognising a source is the best evidence there is, and misleads where the source is new. So a
    second model reads only what the sources of a class have in common, and a gate says how far
    each is to be trusted.
    """

    views: list[str] = Field(min_length=1)
    """The views (by name) that the second model reads."""
    C: float = Field(default=0.3, gt=0, allow_inf_nan=False)
    """Its inverse strength of regularisation."""
    invariance: float = Field(default=30.0, ge=0, allow_inf_nan=False)
    """How far an n-gram is scaled down by the differences between the sources of one class in it,
    relative to its energy; 0 leaves all as they are."""
    fingerprints: float | None = Field(default=20.0, gt=1, allow_inf_nan=False)
    """An n-gram that one source uses so many times as often as all others is left out; null keeps
    them all."""
    names: bool = False
    """Whether words of the sources' own names are read."""
    explained_by: Names = []
    """Columns, such as the topic, whose values explain a part of what is written: in training each
    value has a weight of its own, so that n-grams need not carry it. Days count by year and by
    month."""


class StyleTarget(Target):
    """Classes of sources, read from a column."""

    type: Literal["style"]
    """`style`: one label a document, such as its outlet."""
    column: str
    """The column that holds the label."""
    classes: dict[str, OneOrMore] | None = None
    """Broader classes and the values that belong to each; rows with other values are left out of
    this target. Without it, each value is its own class."""
    min_documents: int = Field(default=1, ge=1)
    """A class needs so many training documents; those of rarer ones are left out of this target,
    or fall to `other`."""
    other: str | None = Field(default=None, min_length=1)
    """The name of a class for all values that have none of their own, so that the target can say
    that it is none of them. A document that is read as this class is abstained on."""
    model: Literal["linear_svc", "logistic_regression"] = "linear_svc"
    """The linear model that is fitted; the first is ten times as fast and as accurate on news."""
    class_weight: Literal["balanced"] | None = "balanced"
    """`balanced` makes rare classes count as much as common ones in fitting."""
    C: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    """Inverse strength of regularisation, as in scikit-learn."""
    calibration: Literal["temperature", "none"] = "temperature"
    """How decision values become probabilities: softmax with a temperature fitted on held-out
    groups, or plain softmax."""
    through: str | None = None
    """A column, such as the outlet: the model tells its values apart within each class, and adds
    up their probabilities. Where documents of known sources are read, that is easier than to tell
    the classes."""
    through_documents: int = Field(default=100, ge=1)
    """With `through`: how many training documents a value needs; rarer ones of a class are one."""
    shares: str | None = None
    """The name of a style target that goes `through` this one's column. Its model tells this
    target's classes already, so none is fitted; its `through_documents` says which there are."""
    unseen: UnseenSources | None = None
    """A second model for documents of sources that were not trained on. `leave_out` names the
    column of sources."""

    @model_validator(mode="after")
    def _keys_fit_together(self) -> StyleTarget:
        if self.unseen is not None and self.leave_out is None:
            raise ValueError("unseen: needs leave_out, the column that holds a document's source")
        for key in ("through", "leave_out", "classes"):
            if self.shares is not None and getattr(self, key):
                raise ValueError(f"shares: the model is that of {self.shares}; drop {key}")
        return self

    @model_validator(mode="after")
    def _classes_are_disjoint(self) -> StyleTarget:
        owner: dict[Scalar, str] = {}
        for name, values in (self.classes or {}).items():
            for value in values:
                if owner.setdefault(value, name) != name:
                    raise ValueError(f"classes: {value!r} is in both {owner[value]} and {name}")
        if self.other in (self.classes or {}):
            raise ValueError(f"other: {self.other!r} is one of the classes already")
        if self.classes is not None and len(self.classes) < 2:
            raise ValueError("classes: a style target needs two or more")
        if self.leave_out == self.column and self.classes is None:
            raise ValueError(
                f"leave_out: {self.column} is what this target predicts; "
                "a class that was left out cannot be recognised"
            )
        return self


class CorruptionTarget(Target):
    """How damaged a text is: its level and the kinds of damage."""

    type: Literal["corruption"]
    """`corruption`: trained on clean documents and on damaged variants made of them."""
    kinds: list[KindName] = Field(default=list(get_args(KindName)), min_length=1)
    """The kinds of damage to make and to recognise."""
    max_documents: int = Field(default=3_000, ge=10)
    """Undamaged documents that are used, at most; drawn at random where there are more."""
    variants: int = Field(default=3, ge=1, le=20)
    """Damaged variants made of each clean document."""
    alpha: float = Field(default=0.5, gt=0, allow_inf_nan=False)
    """Strength of regularisation of the ridge regression on level and kinds."""
    leave_out: str | None = None
    """A column, such as the outlet: the target is also evaluated on values of it that were left
    out of training, every value once. Level, interval and probabilities are calibrated on those,
    since damage is to be measured in texts of any source."""
    skip_marked: bool = True
    """Leave out documents that carry marks of damage already (U+FFFD, mojibake, `"?` for a quote,
    hyphens for spaces and others), so that real damage is not taught as clean."""


class Evaluation(Section):
    """How the numbers in the report are made."""

    folds: int = Field(default=3, ge=2, le=20)
    """Parts of the training data for calibration on held-out groups, and of `leave_out`."""
    unseen_kinds: bool = False
    """Whether to ask, for each kind of damage, how a model scores it that was never trained on it:
    a model more for each kind."""
    bootstrap: int = Field(default=1000, ge=100, le=100_000)
    """Resamples behind each confidence interval; groups are drawn, not rows."""
    probes: bool = True
    """Whether the report asks what figures rest on: names, damage, length, outlet, topic, the way
    of splitting (a third more models), and how they rise when unsure answers are dropped."""
    baseline_documents: int = Field(default=10_000, ge=100)
    """Training documents that the baseline of a style target learns from, at most; it holds them
    all in memory."""
    confidence: Share = 0.95
    """The confidence of the intervals of metrics."""


class Config(Section):
    """A training run: documents, views, targets."""

    name: Name = "default"
    """The bundle is written to `models/<name>`."""
    seed: int = Field(default=0, ge=0, lt=2**32)
    """Every random choice follows from it."""
    data: Data
    views: dict[Name, View] = Field(min_length=1)
    """The views, by name."""
    targets: dict[Name, Annotated[StyleTarget | CorruptionTarget, Field(discriminator="type")]]
    """The targets, by name: any number of style targets, at most one corruption target."""
    evaluation: Evaluation = Evaluation()
    tune: Tuning | None = None
    """What `framing tune` searches; training does not look at it."""
    memory: Bytes = 1_500_000_000
    """Memory for n-grams between the passes of training, in bytes or as `500MB` or `2GB`.
    What does not fit is read from the texts again in every pass: slower, with the same numbers."""
    jobs: int | None = Field(default=None, ge=1)
    """Threads and processes to use; all cores when not given. The numbers do not depend on
    it."""

    @model_validator(mode="after")
    def _targets_and_views(self) -> Config:
        if not self.targets:
            raise ValueError("targets: give one or more")
        for name, target in self.targets.items():
            asked = {"views": target.views}
            if isinstance(target, StyleTarget) and target.unseen:
                asked["unseen.views"] = target.unseen.views
            for key, names in asked.items():
                for view in names:
                    if view not in self.views:
                        known = ", ".join(self.views)
                        raise ValueError(
                            f"targets.{name}.{key}: no view {view!r}; there are {known}"
                        )
        self._shared_models_exist()
        corruption = [n for n, t in self.targets.items() if isinstance(t, CorruptionTarget)]
        if len(corruption) > 1:
            raise ValueError(f"targets: one corruption target at most, not {corruption}")
        return self

    def _shared_models_exist(self) -> None:
        for name, target in self.style_targets.items():
            if target.shares is None:
                continue
            owner = self.style_targets.get(target.shares)
            if owner is None or owner.through != target.column:
                able = [n for n, t in self.style_targets.items() if t.through == target.column]
                known = f"there is {', '.join(able)}" if able else "there is none"
                raise ValueError(
                    f"targets.{name}.shares: {target.shares!r} is no style target that goes "
                    f"through {target.column}; {known}"
                )
            if owner.views != target.views:
                raise ValueError(f"targets.{name}.views: must be those of {target.shares}")

    @property
    def style_targets(self) -> dict[str, StyleTarget]:
        """The style targets by name."""
        return {n: t for n, t in self.targets.items() if isinstance(t, StyleTarget)}

    @property
    def corruption_target(self) -> CorruptionTarget | None:
        """The corruption target, or None."""
        found = (t for t in self.targets.values() if isinstance(t, CorruptionTarget))
        return next(found, None)
