"""What must agree between the files, and within one beyond what its model can say. Pure: problems out, no reading."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from config.agree.alerts import check_alerts
from config.agree.forms import check_forms
from config.agree.google import check_google
from config.agree.jobs import check_jobs
from config.agree.measures import check_measures
from config.agree.packs import check_packs
from config.agree.programme import check_programme
from config.agree.sheets import check_sheets
from config.agree.sources import check_sources

if TYPE_CHECKING:
    from config.draft import Draft
    from config.errors import Problem

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
