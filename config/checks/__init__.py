"""What must agree between the files, and within one beyond what its model can say. Pure: problems out, no reading."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from config.checks.google import check_google
from config.checks.measures import check_measures
from config.checks.programme import check_alerts, check_jobs, check_packs, check_programme
from config.checks.sources import check_forms, check_sheets, check_sources

if TYPE_CHECKING:
    from config.errors import Problem
    from config.partial import Draft

__all__ = ["agree"]

CHECKS = (
    check_programme,
    check_sources,
    check_forms,
    check_sheets,
    check_measures,
    check_packs,
    check_jobs,
    check_google,
    check_alerts,
)


def agree(draft: Draft) -> list[Problem]:
    """Return everything that does not agree among what could be read; no problem follows only from what could not."""
    return list(chain.from_iterable(check(draft) for check in CHECKS))
