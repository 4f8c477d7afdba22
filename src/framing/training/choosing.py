"""The config that a search chose, as a file that says how it was chosen."""

from __future__ import annotations

import os
from pathlib import Path

from framing.config import to_yaml
from framing.config.ranges import written
from framing.errors import FramingError
from framing.report.formatting import count, figure, interval, label
from framing.training.tuning import Trial, Tuned


def check_output(path: Path, config: Path | None, *, force: bool) -> None:
    """Refuse to write over the config itself, or over another file unless that is asked for.

    Raises
    ------
    FramingError
    """
    if config is not None and path.exists() and path.samefile(config):
        raise FramingError(
            "this is the config that is read", where=str(path),
            hint="Choose another file with --output.",
        )  # fmt: skip
    if path.is_dir():
        raise FramingError("this is a folder", where=str(path), hint="Name a file in it.")
    if path.exists() and not force:
        raise FramingError(
            "there is such a file already", where=str(path),
            hint="Replace it with --force, or choose another file with --output.",
        )  # fmt: skip


def write_chosen(tuned: Tuned, path: Path, command: str) -> None:
    """Write the chosen config beside its place and rename it into it.

    Parameters
    ----------
    command : str
        What was typed; the file names it.
    """
    comment = "".join(f"# {line}\n" for line in how_chosen(tuned, command))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(f"{comment}\n{to_yaml(tuned.chosen)}", encoding="utf-8")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def how_chosen(tuned: Tuned, command: str) -> list[str]:
    """The protocol, what was searched, and what the choice is worth, a line each."""
    best, first = tuned.best, tuned.trials[0]
    n = len(tuned.ranked)
    said = protocol(tuned)
    lines = [f"Chosen by: {label(command)}", f"By {said}. Searched:"]
    lines += [f"  {axis.path}: {label(str(axis))}" for axis in tuned.axes]
    if best.number == 0:
        lines.append(f"Of {_trials(n)} the config's own values are the best:")
        lines.append(f"  {worth(tuned, best)}")
    else:
        lines.append(f"Trial {best.number} is the best of {_trials(n)}:")
        lines += [f"  {path}: {label(written(v))}" for path, v in best.parameters.items()]
        lines.append(f"  {worth(tuned, best)}")
        if first.found:
            lines.append(f"  the config's own values: {worth(tuned, first)}")
    if tuned.interrupted:
        lines.append("The search was interrupted.")
    if tuned.failed:
        lines.append(f"{_trials(len(tuned.failed))} could not be used.")
    if n > 1:
        lines += [
            f"The value of the best of {n:,} trials is optimistic, since luck was chosen as well.",
            "Go by the test documents, which the search did not see.",
        ]
    return lines


def protocol(tuned: Tuned) -> str:
    """How the figures were made, in a phrase."""
    return (
        f"the {tuned.metric} of {tuned.target} in {tuned.folds}-fold cross-validation of the "
        f"{count(tuned.documents)} training documents, {tuned.apart} kept apart"
    )


def worth(tuned: Tuned, trial: Trial) -> str:
    """A trial's figure with its interval, in a phrase."""
    found = trial.found
    if found is None:
        return "none"
    confidence = f"{100 * tuned.config.evaluation.confidence:g} %"
    return (
        f"{tuned.metric} {figure(found.value)} "
        f"({confidence} interval {interval(found.low, found.high)})"
    )


def _trials(n: int) -> str:
    return f"{n:,} trial{'' if n == 1 else 's'}"
