"""The log of long-running processes: a constant message a line, facts as `name=value`; never an answer or a secret."""

from __future__ import annotations

import logging
import sys

_OWN = frozenset(vars(logging.makeLogRecord({})) | {"message": "", "asctime": ""})


class LogFormatter(logging.Formatter):
    """`2022-07-31 09:00:00 INFO crescendo.jobs done job=publish seconds=1.2`, times in UTC."""

    default_time_format = "%Y-%m-%d %H:%M:%S"
    default_msec_format = ""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where an error came from."""
        facts = []
        for name, value in vars(record).items():
            if name not in _OWN:
                text = " ".join(str(value).split())
                facts.append(f'{name}="{text}"' if " " in text else f"{name}={text}")
        line = " ".join([self.formatTime(record), record.levelname, record.name, record.getMessage(), *facts])
        return f"{line}\n{_format_origin(record)}" if record.exc_info else line


def log_to_stderr() -> None:
    """Let our own log, and what goes wrong in libraries, go to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("crescendo").setLevel(logging.INFO)
    for library in ("procrastinate", "psycopg", "asyncio"):  # what they say of a database that is away, we say once
        logging.getLogger(library).setLevel(logging.CRITICAL)


def _format_origin(record: logging.LogRecord) -> str:
    """Return file, line and function of each step to the error, without its message: it may hold an answer."""
    import traceback  # noqa: PLC0415  # only when something broke

    kind, _, trace = record.exc_info or (None, None, None)
    steps = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return "\n".join([*steps, f"  {kind.__name__ if kind else 'no error'}"])
