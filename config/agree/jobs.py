"""jobs.yaml: every job that the service has, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.nearest import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.draft import Draft
    from config.errors import Problem

JOBS = ("sync", "publish", "pack", "retention", "backup", "lookout", "reconcile", "renew-watches")
"""What the service can run."""


def check_jobs(draft: Draft) -> Iterator[Problem]:
    """Give a problem for each unknown job, and for each job without a schedule."""
    document = draft.jobs
    if document is None:
        return
    meant = set()
    for name in document.model.jobs:
        if name not in JOBS:
            guess = nearest(name, JOBS)
            meant.add(guess)
            found = f"{quoted(name)}, a job that the service does not have"
            yield document.problem_of_key(("jobs", name), found, listed(JOBS), guess)
    missing = [name for name in JOBS if document.lacks("jobs", name) and name not in meant]
    if missing:
        allowed = f"a schedule for each of {listed(JOBS)}: copy what is missing from the jobs.yaml that is shipped"
        yield document.problem_of_key(("jobs",), f"no schedule for {listed(missing)}", allowed)
