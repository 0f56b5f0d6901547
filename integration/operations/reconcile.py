"""reconcile: counts what each form holds at its source against what is stored, and fetches what is missing.

1. All that the form holds is read, whatever was read before.
2. It lands as in a sync, with the same checks: what is missing here is fetched by that.
3. It is counted against what was stored before; the counts are remembered for the status and the tab reconciliation.

Forms only: a shared sheet is read whole at every sync, so nothing of it can be missing here for longer than that.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from integration.errors import SINGLE_SOURCE_ERRORS, CrescendoError, SourcesUnreadError
from integration.landing.completeness import Completeness, compare_responses, sum_completeness
from integration.operations.job_runs import run_exclusively
from integration.operations.sync import form_fingerprint, land_reading
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from integration.operations.job_runs import Progress
    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class ReconcileResult:
    """What was counted, by form, where the forms are held, and what could not be read."""

    forms: dict[str, Completeness]
    holder: str
    errors: tuple[CrescendoError, ...] = ()

    def in_words(self) -> str:
        """Return the counts of all forms together, in a sentence."""
        return _describe_counts(sum_completeness(self.forms.values()), self.holder)

    @property
    def lines(self) -> tuple[str, ...]:
        """The counts of each form, a line each."""
        return tuple(f"{form}: {_describe_counts(each, self.holder)}" for form, each in self.forms.items())


def run_reconcile(service: Service, *, progress: Progress) -> ReconcileResult:
    """Reconcile as a run of the job that is recorded. Raises SourcesUnreadError where a form could not be counted."""
    with progress("reconcile", len(service.settings.forms)) as on_step:

        def count() -> ReconcileResult:
            result = reconcile(service, now=service.clock.now(), on_step=on_step)
            if result.errors:  # raised within the run, which is recorded as failed
                others = "The other forms were counted, and what was missing of them was fetched."
                raise SourcesUnreadError(result.errors, others if result.forms else "No form was counted.")
            return result

        return run_exclusively(service, "reconcile", count)


def reconcile(service: Service, *, now: datetime, on_step: Callable[[str], None]) -> ReconcileResult:
    """Read, land and count each form, and remember the counts.

    What makes a sync refuse a reading makes this refuse it. An error of one form is kept, and holds no other back.
    """
    holder = "Google" if service.reads_google else "the source"
    forms: dict[str, Completeness] = {}
    errors: list[CrescendoError] = []
    for form in service.settings.forms:
        on_step(form)
        try:
            forms[form] = _reconcile_form(service, form)
        except SINGLE_SOURCE_ERRORS as error:
            errors.append(error)
        else:
            counts = {"at": now.isoformat(), "held_by": holder, **asdict(forms[form])}
            service.store.state.reconciled(form).set(counts)
    return ReconcileResult(forms, holder, tuple(errors))


def _reconcile_form(service: Service, form: str) -> Completeness:
    store = service.store
    fingerprint = form_fingerprint(service, form)
    before = store.responses.ids(form)
    reading = service.source.read_form(form)
    held: dict[str, str] = {}  # when each response was last submitted; a folder may hold several versions of one
    for each in reading.responses:
        held[each.response_id] = max(each.last_submitted_at, held.get(each.response_id, ""))
    # What a webhook brought while the form was read may not be in the reading yet, and is not gone from the form.
    stored = {
        each: version
        for each, version in store.responses.last_submitted(form).items()
        if each in before or each in held
    }
    land_reading(service, form, reading, stored=before, fingerprint=fingerprint)
    erased = store.tombstones.erased(form, held.keys() - stored.keys())
    unreadable = {each.key for each in reading.unreadable}
    return compare_responses(held, stored, erased=erased, unreadable=unreadable)


def last_counts(service: Service) -> dict[str, dict[str, Any]]:
    """Return what was counted last of each form that was ever counted; times are ISO text in UTC."""
    counts = {form: service.store.state.reconciled(form).get() for form in service.settings.forms}
    return {form: each for form, each in counts.items() if each}


def describe_last_counts(counts: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line for each form."""
    return [
        f"{form}: reconciled {format_time(each['at'])}: "
        + _describe_counts(
            Completeness(**{name: each.get(name, 0) for name in Completeness.__slots__}), each["held_by"]
        )
        for form, each in counts.items()
    ]


def _describe_counts(counts: Completeness, holder: str) -> str:
    """Return such as "1,204 held by Google, 0 were missing"; what there is none of is left out otherwise."""
    missing = f"{counts.missing:,} were missing and have been fetched"
    parts = [
        f"{counts.held:,} held by {holder}",
        {0: "0 were missing", 1: "1 was missing and has been fetched"}.get(counts.missing, missing),
    ]
    parts += [f"{counts.outdated:,} stood here in an older version"] if counts.outdated else []
    parts += [f"{counts.erased:,} erased here for good"] if counts.erased else []
    parts += [f"{counts.unreadable:,} could not be read"] if counts.unreadable else []
    parts += [f"{counts.gone:,} gone from there and still counted"] if counts.gone else []
    return ", ".join(parts)
