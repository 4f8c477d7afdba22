import pytest

from framing.report import summary
from framing.report.verdict import cautions, compare, sentences


def metric(value, low=None, high=None, better="higher", **others):
    return {"name": "m", "value": value, "low": low, "high": high, "dummy": None,
            "baseline": None, "better": better, **others}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "reference", "how"),
    [
        (metric(0.9, 0.85, 0.95), 0.8, "better than"),
        (metric(0.9, 0.85, 0.95), 0.87, "not clearly better than"),
        (metric(0.9, 0.85, 0.95), 0.9, "no better than"),
        (metric(0.02, 0.01, 0.03, "lower"), 0.04, "better than"),
        (metric(0.02, 0.01, 0.03, "lower"), 0.025, "not clearly better than"),
        (metric(0.02, 0.01, 0.03, "lower"), 0.01, "no better than"),
        (metric(0.9), 0.8, "better than"),
        (metric(None), 0.8, None),
        (metric(0.9), None, None),
    ],
)
def test_a_reference_is_beaten_when_the_whole_interval_beats_it(given, reference, how):
    assert compare(given, reference) == how


def test_each_target_and_protocol_has_a_sentence_with_its_figures(sample):
    assert sentences(sample) == [
        "outlet, held-out documents: macro-F1 0.902 (0.883–0.919); better than the baseline "
        "(0.851) and the dummy (0.032).",
        "source_kind, held-out documents: macro-F1 0.812 (0.780–0.843); not clearly better than "
        "the baseline (0.794), but better than the dummy (0.222).",
        "corruption, held-out documents: MAE 0.019 (0.018–0.021), where lower is better; better "
        "than the baseline (0.041) and the dummy (0.093).",
        "corruption, outlets left out: MAE 0.029 (0.021–0.039), where lower is better; not clearly "
        "better than the baseline (0.039), but better than the dummy (0.093).",
    ]


def test_a_split_that_does_not_hold_comes_first(sample):
    assert cautions(sample)[0].startswith("The split does not hold: stories")


@pytest.mark.parametrize(
    "words",
    [
        "outlet, held-out documents: label set coverage is 0.861 (0.840–0.879), short of the 0.900",
        "source_kind, held-out documents: not clearly better than the baseline by macro-F1",
        "corruption, outlets left out: no better than the dummy by R²",
        "for Public_Broadcaster_Of_The_Far_Eastern_Isles (14)",
        "no better than the baseline by AUC at recognising wrong_mentions",
        "outlet: labels that change when names are swapped: 0.108 (0.071–0.150), where 0.050 is",
    ],
)
def test_what_to_be_careful_about_is_said(sample, words):
    assert any(words in text for text in cautions(sample))


def test_a_goal_inside_the_interval_is_reached(sample):
    assert not any("interval coverage" in text for text in cautions(sample))


def test_a_limit_inside_the_interval_of_a_probe_is_kept(sample):
    assert not any("light damage" in text for text in cautions(sample))
    sample["targets"][0]["probes"]["figures"][0]["low"] = 0.049
    assert not any("names are swapped" in text for text in cautions(sample))


def test_probes_of_the_whole_run_have_limits_too(sample):
    sample["probes"][0].update(value=0.3, low=0.2, reference=0.05, reference_name="at most")
    assert any(sample["probes"][0]["name"] in text for text in cautions(sample))


def test_badly_calibrated_probabilities_are_named(sample):
    sample["targets"][0]["evaluations"][0]["reliability"]["ece"] = 0.21
    assert any("probabilities are off by 0.210" in text for text in cautions(sample))


def test_a_sound_report_has_no_cautions_and_says_so(sample, rendered):
    sample["split"]["proof"][1]["holds"] = True
    evaluation = sample["targets"][0]["evaluations"][0]
    evaluation["metrics"] = evaluation["metrics"][:3]
    evaluation["classes"] = evaluation["classes"][:8]
    sample["targets"] = sample["targets"][:1]
    sample["targets"][0]["probes"] = None
    assert cautions(sample) == []
    page, _ = rendered(sample)
    assert "every metric clearly beats" in page.text
    assert "What to be careful about" not in page.text


def test_the_summary_shows_headlines_proof_and_cost(sample):
    text = summary(sample)
    assert "DOES NOT HOLD: stories" in text
    assert "3 min 20 s" in text
    row = next(line for line in text.splitlines() if "macro-F1" in line)
    assert row.split()[-5:] == ["macro-F1", "0.902", "0.883–0.919", "0.032", "0.851"]


@pytest.mark.parametrize("times", [1, 4, 40])
def test_the_summary_stays_short(sample, times):
    sample["targets"] = sample["targets"] * times
    sample["split"]["proof"] = sample["split"]["proof"] * times
    lines = summary(sample).splitlines()
    assert len(lines) <= 25
    assert lines[-1].startswith("cost")
    assert max(map(len, lines)) <= 160


def test_the_summary_cannot_steer_the_terminal(sample):
    sample["targets"][0]["name"] = "a\x1b]0;title\x07\r\nb"
    assert all(c.isprintable() or c == "\n" for c in summary(sample))
