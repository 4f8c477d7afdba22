from __future__ import annotations

import json
import math

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from framing.features import HashedTfidfVectorizer, excerpt, reading
from framing.features.reading import Rows
from framing.features.windows import cut_places, windows
from framing.grades import grade
from framing.heads import (
    Decided,
    Scorer,
    WindowDecisions,
    calibrate_corruption,
    calibrate_style,
    start_classes,
    start_corruption,
)
from framing.model import FramingModel

QUICK = settings(max_examples=40, deadline=None)
CLASSES = ("harbour", "mountain", "city")
VOCABULARY = {
    "harbour": ["ferry", "crane", "quay", "tide", "gull", "rope", "captain", "deck"],
    "mountain": ["ridge", "snow", "hut", "rope", "goat", "pass", "glacier", "path"],
    "city": ["tram", "market", "square", "lamp", "café", "office", "queue", "path"],
}
KINDS = ("lost_words", "mojibake")


def sentences(rng, name, n):
    return " ".join(
        " ".join(["The", *rng.choice(VOCABULARY[name], 6)]) + rng.choice([".", "!", "…"])
        for _ in range(n)
    )


def damage(rng, text, share):
    words = text.split(" ")
    hit = rng.random(len(words)) < share
    how = rng.integers(2)
    lost = [("" if how == 0 else "Ã©â€" + w) if h else w for w, h in zip(words, hit, strict=True)]
    return " ".join(lost), how


@pytest.fixture(scope="module")
def texts():
    rng = np.random.default_rng(3)
    return [sentences(rng, CLASSES[i % 3], 4) for i in range(24)]


def features(vectorizers, texts, views):
    return sparse.hstack([vectorizers[view].transform(texts) for view in views], format="csr")


def fitted(solver, X):
    while True:
        solver.visit(np.arange(X.shape[0]), Rows(X.indptr.astype(np.int64), X.indices, X.data))
        if not solver.end_pass():
            linear = solver.linear()
            return linear, X @ linear.weights + linear.bias


@pytest.fixture(scope="module")
def vectorizers():
    return {
        "words": HashedTfidfVectorizer(n_features=2**10, prepare="normalized"),
        "letters": HashedTfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 3), n_features=2**10, sublinear_tf=True
        ),
        "layout": HashedTfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), n_features=2**11, prepare="layout", lowercase=False
        ),
    }


@pytest.fixture(scope="module")
def model(vectorizers):
    rng = np.random.default_rng(0)
    y = np.arange(240) % 3
    everywhere = np.ones(240, dtype=bool)
    clean = [sentences(rng, CLASSES[c], 5) for c in y]
    for vectorizer in vectorizers.values():
        vectorizer.fit(clean)
    style = {}
    for target, views, kind in (
        ("place", ("words", "letters"), "linear_svc"),
        ("look", ("layout",), "logistic_regression"),
    ):
        X = features(vectorizers, clean, views)
        solver = start_classes(
            y, everywhere, 3, X.shape[1], model=kind, C=1.0, class_weight="balanced", seed=0
        )
        linear, decisions = fitted(solver, X)
        style[target] = calibrate_style(
            CLASSES, views, linear, Decided(decisions), y, temperature=True, coverage=0.9
        )
    shares = np.where(np.arange(240) % 4 == 0, 0.0, rng.random(240) * 0.5)
    worn = [damage(rng, text, share) for text, share in zip(clean, shares, strict=True)]
    of_kinds = np.array([[how == 0, how == 1] for _, how in worn]) * shares[:, None]
    X = features(vectorizers, [t for t, _ in worn], ("layout",))
    solver = start_corruption(of_kinds, everywhere, X.shape[1], alpha=0.5, seed=0)
    linear, decisions = fitted(solver, X)
    held_out = WindowDecisions(decisions, np.array([len(t) for t, _ in worn]), np.arange(240))
    corruption = calibrate_corruption(
        KINDS, ("layout",), linear, held_out, shares, of_kinds > 0, coverage=0.9
    )
    views = {name: vectorizer.fitted_view for name, vectorizer in vectorizers.items()}
    return FramingModel("tiny", views, style, corruption, {"framing": "0"})


# --- what a prediction says


def test_it_learned_something(model, texts):
    found = model.predict(texts)
    labels = [prediction.style["place"].label for prediction in found]
    assert labels == [CLASSES[i % 3] for i in range(len(texts))]
    rng = np.random.default_rng(5)
    worn = model.predict([damage(rng, text, 0.5)[0] for text in texts])
    levels = [np.mean([p.corruption.level for p in group]) for group in (found, worn)]
    assert levels[0] + 0.2 < levels[1]


@QUICK
@given(texts=st.lists(st.text(), max_size=4))
def test_any_text_gets_a_sound_prediction(model, texts):
    for prediction in model.predict(texts):
        assert prediction.style.keys() == {"place", "look"}
        for score in prediction.style.values():
            assert tuple(score.probabilities) == CLASSES
            assert sum(score.probabilities.values()) == pytest.approx(1)
            assert score.probability == score.probabilities[score.label]
            assert score.probability == max(score.probabilities.values())
            assert set(score.label_set) <= set(CLASSES)
            assert score.abstained == (len(score.label_set) in (0, 3))
        score = prediction.corruption
        low, high = score.interval
        assert 0 <= low <= score.level <= high <= 1
        assert score.grade == grade(score.level)
        assert tuple(score.kinds) == KINDS
        assert all(0 <= p <= 1 for p in score.kinds.values())
        assert tuple(score.shares) == KINDS
        assert sum(score.shares.values()) in (0, pytest.approx(score.level))


@QUICK
@given(texts=st.lists(st.text(), min_size=1, max_size=3))
def test_the_plain_form_is_the_documented_json(model, texts):
    sources = [f"{i}.txt" for i in range(len(texts))]
    for source, prediction in zip(sources, model.predict(texts, sources=sources), strict=True):
        plain = prediction.to_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
        assert list(plain) == ["source", "style", "corruption"]
        assert plain["source"] == source
        for name, score in plain["style"].items():
            assert list(score) == [
                "label", "probability", "probabilities", "label_set", "abstained",
            ]  # fmt: skip
            whole = prediction.style[name]
            assert score["label"] == whole.label
            assert score["label_set"] == list(whole.label_set)
            assert score["abstained"] is whole.abstained
            for label, p in score["probabilities"].items():
                assert p == pytest.approx(whole.probabilities[label], abs=1e-6)
        damage = plain["corruption"]
        assert list(damage) == ["level", "interval", "grade", "kinds"]
        assert damage["level"] == pytest.approx(prediction.corruption.level, abs=1e-6)
        assert damage["interval"] == pytest.approx(prediction.corruption.interval, abs=1e-6)
        assert damage["kinds"].keys() == set(KINDS)


def test_kinds_above_a_threshold_are_listed_likeliest_first(model, texts):
    score = model.predict(texts[:1])[0].corruption
    by_hand = sorted(KINDS, key=lambda kind: -score.kinds[kind])
    assert score.found(0.0) == by_hand
    assert score.found(1.1) == []
    between = math.fsum(score.kinds.values()) / 2
    assert score.found(between) == by_hand[:1]


def test_a_model_may_have_one_kind_of_target_only(model, texts):
    damage_only = FramingModel("d", {"layout": model.views["layout"]}, {}, model.corruption)
    style_only = FramingModel("s", model.views, model.style, None)
    both = model.predict(texts[:3])
    for whole, a, b in zip(
        both, damage_only.predict(texts[:3]), style_only.predict(texts[:3]), strict=True
    ):
        assert a.style == {}
        assert a.corruption == whole.corruption
        assert b.corruption is None
        assert b.style == whole.style
        assert b.to_dict()["corruption"] is None


# --- nothing to read


@pytest.mark.parametrize("text", ["", " ", "\n\n", " \t\r\n ", "\u00a0\u2003", "\u2028"])
def test_a_document_without_text_says_nothing(model, text):
    prediction = model.predict([text])[0]
    for score in prediction.style.values():
        assert score.abstained
        assert score.label_set == CLASSES
    assert prediction.corruption.level == 0
    assert prediction.corruption.interval == (0, 1)
    assert prediction.corruption.grade == "clean"
    assert set(prediction.corruption.kinds.values()) == {0}


def test_no_documents_give_no_predictions(model):
    assert model.predict([]) == []
    assert model.predict(iter(())) == []


# --- odd texts


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800 and \ufffd", "ferry \udce9 quay", "🙂" * 50, "e\u0301" * 20, "\u200b"]
)
def test_odd_characters_are_read(model, text):
    json.dumps(model.predict([text])[0].to_dict(), allow_nan=False)


def test_a_very_long_text_is_read_in_windows(model):
    rng = np.random.default_rng(0)
    piece = sentences(rng, "mountain", 60) + "\n"
    long = (piece * (3_000_000 // len(piece) + 1))[:3_000_000]
    after, before = model.predict([long, piece])
    assert after.style["place"].label == before.style["place"].label == "mountain"


def test_a_very_long_word_is_read(model):
    assert model.predict(["x" * 100_000])[0].corruption is not None


# --- many at once and one by one


def test_neither_order_nor_company_changes_a_prediction(model, texts):
    mixed = [*texts, "", "\ud800", "🙂", " ", texts[0]]
    together = model.predict(mixed)
    for text, prediction in zip(mixed, together, strict=True):
        assert model.predict([text])[0] == prediction
    order = np.random.default_rng(0).permutation(len(mixed))
    shuffled = model.predict([mixed[i] for i in order])
    for i, prediction in zip(order, shuffled, strict=True):
        assert together[i] == prediction


@settings(max_examples=8, deadline=None)
@given(chunk=st.integers(1, 3000))
def test_the_size_of_chunks_changes_nothing(model, texts, chunk):
    expected = model.predict(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_CHUNK", chunk)
        found = model.predict(texts)
    assert found == expected


def test_sources_stay_with_their_texts(model, texts):
    sources = ["a.txt", None, "c.txt"]
    assert [p.source for p in model.predict(texts[:3], sources=sources)] == sources
    assert [p.source for p in model.predict(texts[:2])] == [None, None]


def test_texts_may_be_any_sequence_of_str(model, texts):
    expected = model.predict(texts[:3])
    for given_texts in (tuple(texts[:3]), np.array(texts[:3]), (t for t in texts[:3])):
        assert model.predict(given_texts) == expected


# --- refused


@pytest.mark.parametrize("texts", ["one text", b"one text"])
def test_one_text_in_place_of_many_is_refused(model, texts):
    with pytest.raises(TypeError, match="a list of texts"):
        model.predict(texts)


@pytest.mark.parametrize("wrong", [None, 3, b"bytes", float("nan"), ["nested"]])
def test_what_is_no_text_is_refused_with_its_place(model, wrong):
    with pytest.raises(TypeError, match=f"text 1 is a {type(wrong).__name__}, not a str"):
        model.predict(["a text", wrong])


@pytest.mark.parametrize("sources", [[], ["a"], ["a", "b", "c"]])
def test_sources_must_be_as_many_as_texts(model, sources):
    with pytest.raises(ValueError, match=f"{len(sources)} sources for 2 texts"):
        model.predict(["one", "two"], sources=sources)


# --- kept and read again


def test_a_model_that_was_saved_says_the_same(model, texts, tmp_path):
    joblib.dump(model, tmp_path / "model.joblib", compress=3)
    again = joblib.load(tmp_path / "model.joblib")
    assert again.predict(texts) == model.predict(texts)
    assert (again.name, again.versions) == (model.name, model.versions)


# --- scores without a matrix are those of the matrix


@QUICK
@given(some=st.lists(st.text(), max_size=4))
def test_decisions_are_those_of_the_matrix(model, vectorizers, texts, some):
    texts = [*some, *texts[:5]]
    found = Scorer(model.views, model.style)(excerpt(text) for text in texts)
    for name, head in model.style.items():
        X = features(vectorizers, texts, head.views)
        wanted = X.astype(np.float64) @ head.linear.weights + head.linear.bias
        np.testing.assert_allclose(found.values[name], wanted, atol=1e-5)
        np.testing.assert_array_equal(found.ngrams[name], np.diff(X.indptr))


def test_predictions_are_those_of_the_matrix(model, vectorizers, texts):
    texts = [*texts, " ".join(texts[:20])]
    found = model.predict(texts)
    for name, head in model.style.items():
        X = features(vectorizers, texts, head.views)
        decisions = Decided(X @ head.linear.weights + head.linear.bias)
        wanted = head.from_decisions(decisions).probabilities
        scores = [list(p.style[name].probabilities.values()) for p in found]
        np.testing.assert_allclose(scores, wanted, atol=1e-5)
    places = [cut_places(text) for text in texts]
    cut = [windows(text, of_text) for text, of_text in zip(texts, places, strict=True)]
    assert max(map(len, cut)) > 1
    pieces = [window for of_text in cut for window in of_text]
    X = features(vectorizers, pieces, model.corruption.views)
    linear = model.corruption.linear
    outputs = model.corruption.from_decisions(
        WindowDecisions(
            X @ linear.weights + linear.bias,
            np.concatenate([np.diff(of_text) for of_text in places]),
            np.cumsum([0, *map(len, cut)])[:-1],
        )
    )
    levels = [p.corruption.level for p in found]
    np.testing.assert_allclose(levels, outputs.level, atol=1e-4)
