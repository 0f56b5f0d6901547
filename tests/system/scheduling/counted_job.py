"""A job whose effects can be counted: an answer that lands, a mail in the outbox, and two lines with its times.

`python -m tests.system.scheduling.counted_job start|worker HOME [DATABASE_URL [SECONDS]]` runs the real scheduler, or a
real worker, with this job in the place of the others, until it is stopped or killed; a worker that has said nothing for
so many seconds is taken for dead.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.loading.load import load_settings
from config.schema import Alerts, Job
from integration.adapters.clock import write_moment
from integration.adapters.log import log_to_stderr
from integration.model import Mail, PlannedSlot, RawResponse, Slot
from integration.operations.job_runs import locks_for
from integration.wiring import build_service
from jobs.scheduling.single_machine import run_scheduler
from jobs.scheduling.worker import run_worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.wiring import Service

CONFIG = Path(__file__).parents[3] / "config" / "crescendo"
JOBS = ("publish", "pack", "sync/corrections", "sync/form:pulse", "sync/form:families", "sync/sheet:register")
FIRST = datetime(2022, 3, 1, tzinfo=UTC)
LINES_FILE = "lines"
HELD_FILE = "held"
"""While this file lies in the home folder, a job that has begun goes on and on."""
STALLED_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: a slot began or ended in a process."""

    what: str
    pid: int
    slot: Slot


def service_of(home: Path, database_url: str | None = None) -> Service:
    """Return the service, whose jobs never run by themselves, and who mails no owner: the test plans their slots."""
    settings = load_settings(CONFIG)
    jobs = {name: Job.model_validate({"about": job.about, "when": "by hand"}) for name, job in settings.jobs.items()}
    return build_service(
        settings=settings.model_copy(update={"jobs": jobs, "alerts": Alerts()}), home=home, data=None,
        key="a key of the tests' own",
        database_url=database_url,
    )  # fmt: skip


def plan(service: Service, number: int) -> list[Slot]:
    """Plan so many slots, of different jobs, and return them."""
    slots = [Slot(FIRST + timedelta(minutes=place), JOBS[place % len(JOBS)]) for place in range(number)]
    assert service.store.ledger.plan([PlannedSlot(slot) for slot in slots], now=FIRST) == slots
    return slots


def name_of(slot: Slot) -> str:
    """Return a name that no other slot has."""
    return f"{slot.job} {write_moment(slot.due_at)}"


def do_counted_job(service: Service, slot: Slot) -> str:
    """Have the effects, holding what the job holds."""
    with service.exclusive(*locks_for(service.settings, slot.job)):
        _append_line(service.home, f"began {os.getpid()} {name_of(slot)}")
        while (service.home / HELD_FILE).exists():
            time.sleep(0.05)
        moment = write_moment(slot.due_at)
        answer = RawResponse(name_of(slot), moment, moment, "{}")
        service.store.responses.land("pulse", [answer], received_at=service.clock.now())
        service.mailer.send(_mail(slot))
        _append_line(service.home, f"ended {os.getpid()} {name_of(slot)}")
    return "had its effects"


def lines_of(home: Path) -> Iterator[Line]:
    """Give the lines, in order."""
    for line in (home / LINES_FILE).read_text(encoding="utf-8").splitlines():
        what, pid, job, moment = line.split(" ")
        yield Line(what, int(pid), Slot(datetime.fromisoformat(moment[:19]).replace(tzinfo=UTC), job))


def _append_line(home: Path, line: str) -> None:
    with (home / LINES_FILE).open("a", encoding="utf-8") as file:  # one small write at the end: no two lines mix
        file.write(f"{line}\n")


def _mail(slot: Slot) -> Mail:
    local = name_of(slot).replace(" ", ".").replace("/", ".").replace(":", ".")
    return Mail(
        to_name="Ana Reis", to_email="ana@example.org", from_name="Crescendo", from_email="crescendo@example.org",
        subject="It ran", text="It ran.", html="<p>It ran.</p>", message_id=f"<{local}@example.org>", date=slot.due_at,
    )  # fmt: skip


if __name__ == "__main__":
    log_to_stderr()
    how, folder, *address = sys.argv[1:]
    it = service_of(Path(folder), address[0] if address else None)
    if how == "start":
        run_scheduler(it, do=do_counted_job)
    else:
        run_worker(it, do=do_counted_job, stalled_seconds=float(address[1]) if address[1:] else STALLED_SECONDS)
    it.close()
