import io
import sys

from framing.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def work(progress):
    with progress.step("read", "reading documents", total=3) as advance:
        for _ in range(3):
            advance(1)
    with progress.step("fit", "fitting"):
        pass
    with progress.step("read", "reading more") as advance:
        advance(2)


def test_progress_is_silent_away_from_a_terminal(capfd):
    work(Progress())
    assert capfd.readouterr() == ("", "")


def test_progress_names_the_steps_on_a_terminal(monkeypatch, capfd):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    work(Progress())
    shown = terminal.getvalue()
    assert all(text in shown for text in ("reading documents", "fitting", "reading more"))
    assert capfd.readouterr().out == ""


def test_seconds_are_kept_by_step_even_where_one_fails():
    progress = Progress()
    work(progress)
    try:
        with progress.step("write", "writing"):
            raise ValueError
    except ValueError:
        pass
    assert list(progress.seconds) == ["read", "fit", "write"]
    assert all(seconds >= 0 for seconds in progress.seconds.values())
