"""Jobs that run every minute and write down when, for tests of clocks that are wrong.

`python -m tests.system.scheduling.clock_job HOME [DATABASE_URL]` runs the real scheduler, or a real worker, with them
in the place of the others, until it is stopped or killed.
"""

from __future__ import annotations

import select
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from config.loading.load import load_settings
from config.schema import Job
from integration.adapters.clock import write_moment
from integration.adapters.log import log_to_stderr
from integration.errors import ExternalServiceError, SourceError
from integration.wiring import build_service
from jobs.scheduling.single_machine import run_scheduler
from jobs.scheduling.worker import run_worker

if TYPE_CHECKING:
    from integration.model import Slot
    from integration.wiring import Service

CONFIG = Path(__file__).parents[3] / "config" / "crescendo"
JOBS = ("publish", "backup", "lookout")
LINES_FILE = "lines"
FAILING_FILE = "failing"
"""While this file lies in the home folder, the backup fails of something that passes, and the lookout for good."""


class Line(NamedTuple):
    """A run: the job, when it was due, and what the clock showed."""

    job: str
    due_at: datetime
    ran_at: datetime


def service_of(home: Path, database_url: str | None = None) -> Service:
    """Return the service, of which these jobs run every minute, and no other by itself."""
    settings = load_settings(CONFIG)
    jobs = {
        name: Job.model_validate({"about": job.about, "when": "every minute" if name in JOBS else "by hand"})
        for name, job in settings.jobs.items()
    }
    return build_service(
        settings=settings.model_copy(update={"jobs": jobs}), home=home, data=None, key="a key of the tests' own",
        database_url=database_url,
    )  # fmt: skip


def write_line(service: Service, slot: Slot) -> str:
    """Do what the jobs do."""
    if (service.home / FAILING_FILE).exists():
        if slot.job == "backup":
            raise ExternalServiceError("The disk of the copies cannot be reached.")
        if slot.job == "lookout":
            raise SourceError("Nothing can be looked up.")
    with (service.home / LINES_FILE).open("a", encoding="utf-8") as file:
        file.write(f"{slot.job} {write_moment(slot.due_at)} {write_moment(service.clock.now())}\n")
    return "wrote a line"


def lines_of(home: Path) -> list[Line]:
    """Return the runs, in order."""
    path = home / LINES_FILE
    words = [line.split() for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return [
        Line(job, *(datetime.fromisoformat(f"{moment[:26]}+00:00") for moment in moments)) for job, *moments in words
    ]


if __name__ == "__main__":
    # libfaketime takes the clock that is never set for the one that it falsifies, where Python sleeps.
    time.sleep = lambda seconds: select.select([], [], [], max(float(seconds), 0.0)) and None
    log_to_stderr()
    it = service_of(Path(sys.argv[1]), sys.argv[2] if sys.argv[2:] else None)
    (run_worker if it.database_url else run_scheduler)(it, do=write_line)
    it.close()
