"""reconcile: counts what each form holds at its source against what is stored, and fetches what is missing.

Forms only: a shared sheet is read whole at every sync, so nothing of it can be missing here for longer than that.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from integration.errors import SINGLE_SOURCE_ERRORS, CrescendoError, SourcesUnreadError
from integration.landing import Completeness, compare_responses, sum_completeness
from integration.operations.sync import form_fingerprint, land_reading
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from integration.adapters.store import Store
    from integration.model import RawResponse
    from integration.wiring import Service

OTHERS_COUNTED = "The other forms were counted, and what was missing of them was fetched."
NONE_COUNTED = "No form was counted."


@dataclass(frozen=True, slots=True)
class ReconcileResult:
    """What was counted, by form, where the forms are held, and what could not be read."""

    forms: dict[str, Completeness]
    holder: str
    errors: tuple[CrescendoError, ...] = ()

    def in_words(self) -> str:
        """Return the counts of all forms together, in a sentence."""
        return describe_counts(sum_completeness(self.forms.values()), self.holder)

    @property
    def lines(self) -> tuple[str, ...]:
        """The counts of each form, a line each."""
        return tuple(f"{form}: {describe_counts(each, self.holder)}" for form, each in self.forms.items())


def reconcile(service: Service, *, now: datetime, on_step: Callable[[str], None]) -> ReconcileResult:
    """Read all that each form holds, whatever was read before; land it, count it and remember the counts.

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
            save_counts(service.store, form, forms[form], holder=holder, now=now)
    return ReconcileResult(forms, holder, tuple(errors))


def require_all_counted(done: ReconcileResult) -> None:
    """Raise SourcesUnreadError where a form could not be counted."""
    if done.errors:
        raise SourcesUnreadError(done.errors, OTHERS_COUNTED if done.forms else NONE_COUNTED)


def _reconcile_form(service: Service, form: str) -> Completeness:
    fingerprint = form_fingerprint(service, form)
    before = service.store.responses.ids(form)
    reading = service.source.read_form(form)
    held = _newest(reading.responses)
    # What came in by itself while the form was read may not stand in the reading yet, and is not gone from the form.
    stored = {
        each: version
        for each, version in service.store.responses.last_submitted(form).items()
        if each in before or each in held
    }
    land_reading(service, form, reading, stored=before, fingerprint=fingerprint)
    erased = service.store.tombstones.erased(form, held.keys() - stored.keys())
    return compare_responses(held, stored, erased=erased)


def _newest(responses: Iterable[RawResponse]) -> dict[str, str]:
    """Return when each response was last submitted, by its id; a folder may hold several versions of one."""
    newest: dict[str, str] = {}
    for each in responses:
        newest[each.response_id] = max(each.last_submitted_at, newest.get(each.response_id, ""))
    return newest


COUNTS = tuple(Completeness.__slots__)


def save_counts(store: Store, form: str, counted: Completeness, *, holder: str, now: datetime) -> None:
    """Remember the counts of a form, and where it is held, instead of those before."""
    store.state.reconciled(form).set({"at": now.isoformat(), "held_by": holder, **asdict(counted)})


def last_counts(service: Service) -> dict[str, dict[str, Any]]:
    """Return what was counted last of each form that was ever counted; times are ISO text in UTC."""
    kept = {form: service.store.state.reconciled(form).get() for form in service.settings.forms}
    return {form: told for form, told in kept.items() if told}


def describe_last_counts(told: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line for each form."""
    return [
        f"{form}: reconciled {format_time(each['at'])}: "
        + describe_counts(Completeness(**{name: each[name] for name in COUNTS}), each["held_by"])
        for form, each in told.items()
    ]


def describe_counts(counted: Completeness, holder: str) -> str:
    """Return such as "1,204 held by Google, 0 were missing"; what there is none of is left out otherwise."""
    parts = [f"{counted.held:,} held by {holder}", _missing(counted.missing)]
    parts += [f"{counted.outdated:,} stood here in an older version"] if counted.outdated else []
    parts += [f"{counted.erased:,} erased here for good"] if counted.erased else []
    parts += [f"{counted.gone:,} gone from there and still counted"] if counted.gone else []
    return ", ".join(parts)


def _missing(number: int) -> str:
    if number == 0:
        return "0 were missing"
    return "1 was missing and has been fetched" if number == 1 else f"{number:,} were missing and have been fetched"
