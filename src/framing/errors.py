"""The one kind of error that people see: what happened, where, and what to do."""


class FramingError(Exception):
    """Something a person can put right; the command line prints it without a traceback.

    Parameters
    ----------
    what : str
        What is wrong, in one sentence.
    where : str, optional
        The place: a config path (``data.split.by``), a file, ``file.jsonl line 812``.
    hint : str, optional
        What to do next, best a command that can be pasted.
    """

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(self.__str__())

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  {self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        # keyword-only arguments do not survive the default pickling across worker processes
        return _rebuild, (type(self), self.what, self.where, self.hint)


class ConfigError(FramingError):
    """A config that cannot be used."""


class DataError(FramingError):
    """Documents that cannot be read or used."""


class BundleError(FramingError):
    """A bundle that is missing, altered or of another format."""


def _rebuild(
    kind: type[FramingError], what: str, where: str | None, hint: str | None
) -> FramingError:
    return kind(what, where=where, hint=hint)
