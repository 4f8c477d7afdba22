import copy
import json
import os
import subprocess
import sys
import warnings

import pytest

from framing.errors import BundleError
from framing.report import summary, write_report

FILES = ["index.html", "report.json", "report.md"]


def test_three_files_and_nothing_else(written):
    assert sorted(path.name for path in written.iterdir()) == FILES


def test_the_json_is_the_report(written, sample):
    assert json.loads((written / "report.json").read_text(encoding="utf-8")) == sample


def test_another_process_with_other_settings_gives_the_same_bytes(written, tmp_path):
    (tmp_path / "matplotlibrc").write_text(
        "lines.linewidth: 7\nfont.size: 30\nsvg.fonttype: path\n"
    )
    script = (
        "import json, sys, pathlib\n"
        "from framing.report import write_report\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "report = json.loads((folder / 'report.json').read_text('utf-8'))\n"
        "write_report(report, pathlib.Path(sys.argv[2]))\n"
    )
    settings = {
        "MATPLOTLIBRC": str(tmp_path / "matplotlibrc"),
        "PYTHONHASHSEED": "12345",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run(
        [sys.executable, "-c", script, str(written), str(tmp_path / "again")],
        env={**os.environ, **settings}, check=True,
    )  # fmt: skip
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes()


def test_matplotlib_settings_are_put_back(small, tmp_path):
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "path"}):
        write_report(small, tmp_path)
        assert matplotlib.rcParams["svg.fonttype"] == "path"


def test_the_page_is_small(written):
    assert (written / "index.html").stat().st_size < 3_000_000


def test_the_report_given_is_not_changed(small, tmp_path):
    before = copy.deepcopy(small)
    write_report(small, tmp_path)
    assert small == before


def test_an_older_report_is_replaced(small, tmp_path):
    (tmp_path / "report.md").write_text("old")
    write_report(small, tmp_path)
    assert "old" not in (tmp_path / "report.md").read_text(encoding="utf-8").splitlines()


def test_another_schema_is_refused_by_name(sample, tmp_path):
    with pytest.raises(BundleError, match="schema 3, not 4"):
        write_report({**sample, "schema": 4}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nan_is_written_as_null_and_shown_as_a_dash(small, rendered, tmp_path):
    small["targets"][0]["evaluations"][0]["metrics"][0]["value"] = float("nan")
    page, _ = rendered(small)
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert kept["targets"][0]["evaluations"][0]["metrics"][0]["value"] is None
    assert page.tables["Metrics"][0][1][:2] == ["macro-F1", "–"]


def test_half_a_surrogate_pair_in_a_label_is_kept_and_shown(small, rendered, tmp_path):
    small["data"]["rejected"][0]["example"] = "bad \ud800 name"
    page, _ = rendered(small)
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert kept == small
    assert "bad ⟨U+D800⟩ name" in page.text


def numbers_to_none(value):
    if isinstance(value, dict):
        return {
            k: numbers_to_none(v) if k not in ("schema", "seed") else v for k, v in value.items()
        }
    if isinstance(value, list):
        return [numbers_to_none(item) for item in value]
    return None if isinstance(value, int | float) and not isinstance(value, bool) else value


def without_numbers(report):
    """Every number that may be missing is; counts of confusions and bins always exist."""
    bare = numbers_to_none(report)
    for target, full in zip(bare["targets"], report["targets"], strict=True):
        for evaluation, whole in zip(target["evaluations"], full["evaluations"], strict=True):
            for key in ("confusion", "grades", "levels"):
                if key in evaluation:
                    evaluation[key] = whole[key]
            if "reliability" in evaluation:
                for row, old in zip(
                    evaluation["reliability"]["bins"], whole["reliability"]["bins"], strict=True
                ):
                    row.update(low=old["low"], high=old["high"], count=old["count"])
    for row, old in zip(bare["data"]["rejected"], report["data"]["rejected"], strict=True):
        row["count"] = old["count"]
    return bare


def test_a_report_without_any_number_renders(sample, rendered):
    page, markdown = rendered(without_numbers(sample))
    assert page.tables["Metrics"][0][1] == ["macro-F1", "–", "–", "–", "–", "higher", "–"]
    assert "None" not in page.text
    assert "nan" not in page.text
    assert "None" not in markdown
    summary(without_numbers(sample))


def test_empty_parts_render(sample, rendered):
    sample["data"].update(marks=None, rejected=[], labels=[], notes=[], description="")
    sample["split"]["proof"] = []
    sample["probes"] = []
    for target in sample["targets"]:
        target["ngrams"] = []
        if target["type"] == "corruption":
            target["unseen_kinds"] = target["registers"] = []
        for evaluation in target["evaluations"]:
            evaluation["metrics"] = []
            for key in ("confusion", "reliability", "levels", "grades"):
                if key in evaluation:
                    evaluation[key] = None
            for key in ("classes", "kinds", "slices"):
                if key in evaluation:
                    evaluation[key] = []
    page, _ = rendered(sample)
    assert "outlet: not evaluated." in page.text
    assert "Nothing proves" in page.text
    assert not [tag for tag, _ in page.elements if tag == "svg"]


def test_empty_plots_are_left_out(sample, rendered):
    style, _, corruption = sample["targets"]
    sample["targets"] = [style, corruption]
    corruption["evaluations"] = corruption["evaluations"][:1]
    sample["data"]["labels"] = []
    style["evaluations"][0]["confusion"] = {"labels": [], "counts": []}
    style["evaluations"][0]["reliability"]["bins"] = []
    corruption["evaluations"][0]["levels"] = {"true": [], "predicted": []}
    corruption["evaluations"][0]["grades"]["counts"] = [[0] * 5 for _ in range(5)]
    page, _ = rendered(sample)
    # what is left: two rows of metrics and a grid without counts
    assert [tag for tag, _ in page.elements].count("svg") == 3


@pytest.mark.parametrize("kind", ["style", "corruption"])
def test_a_single_kind_of_target_is_enough(sample, rendered, kind):
    sample["targets"] = [t for t in sample["targets"] if t["type"] == kind][:1]
    sample["targets"][0]["evaluations"] = sample["targets"][0]["evaluations"][:1]
    page, markdown = rendered(sample)
    names = {t["name"] for t in sample["targets"]}
    assert {h.removeprefix("Target: ") for h in page.headings if h.startswith("Target")} == names
    assert ("Kinds of damage" in markdown) == (kind == "corruption")


def test_no_targets_at_all(sample, rendered):
    page, _ = rendered({**sample, "targets": []})
    assert "No target was evaluated." in page.text
    assert "no target was evaluated" in summary({**sample, "targets": []})


def of_many_classes(sample, number):
    names = [f"outlet number {i}" for i in range(number)]
    counts = [[(20 + i if i == j else (i * j) % 3) for j in range(number)] for i in range(number)]
    target = sample["targets"][0]
    target["classes"] = names
    target["evaluations"][0]["confusion"] = {"labels": names, "counts": counts}
    rows = [{"class": n, "train": 50 + i, "test": 20 + i} for i, n in enumerate(names)]
    sample["data"]["labels"] = [{"target": "outlet", "classes": rows}]
    return names


def test_sixty_classes_are_drawn_in_part_and_tabled_in_full(small, rendered, tmp_path):
    names = of_many_classes(small, 60)
    page, markdown = rendered(small)
    assert "Only the 20 classes with the most documents of 60 are drawn" in page.text
    assert "the 30 largest of 60 classes" in page.text
    (table, *_) = page.tables["Documents by true class (row) and predicted class (column)"]
    assert [row[0] for row in table] == ["True", *names]
    assert "| outlet number 59 |" in markdown
    assert (tmp_path / "index.html").stat().st_size < 3_000_000


def test_a_full_sample_of_levels_stays_small(sample, rendered, tmp_path):
    sample["targets"] = sample["targets"][2:]
    sample["data"]["labels"] = []
    levels = [i / 2000 for i in range(2000)]
    for evaluation in sample["targets"][0]["evaluations"]:
        evaluation["levels"] = {"true": levels, "predicted": levels[::-1]}
    rendered(sample)
    assert (tmp_path / "index.html").stat().st_size < 3_000_000


def test_labels_of_any_script_render_without_warnings(sample, rendered):
    names = ["صحيفة الصباح", "Вечерний вестник", "दैनिक समाचार", "新聞", "🗞️ paper", "קול"]
    names += ["می‌خواهم", "$\\frac{", "^_{}$$"]
    sample["targets"] = sample["targets"][:1]
    target = sample["targets"][0]
    for row, name in zip(target["evaluations"][0]["classes"], names, strict=True):
        row["class"] = name
    target["evaluations"][0]["confusion"]["labels"] = names
    for row, name in zip(sample["data"]["labels"][0]["classes"], names, strict=True):
        row["class"] = name
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page, markdown = rendered(sample)
    for name in names:
        assert name in page.text
    assert "صحيفة الصباح" in markdown
