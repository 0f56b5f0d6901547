"""forget: a person's answers are erased everywhere that we hold them, and never stored again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.errors import CallError
from integration.operations.audit import record_action
from integration.operations.data_subjects import find_responses, forms_with_erased, response_digests
from integration.operations.erasure import (
    backup_files,
    clean_home_folder,
    erase_responses,
    finish_erasure,
    finish_vacuum,
    replaced_stores,
)
from integration.operations.pipeline import last_reporting_date, published_names
from integration.operations.receipts import FORGET
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.operations.data_subjects import ResponseIds
    from integration.operations.erasure import VacuumResult
    from integration.operations.receipts import ErasureReport, ErasureResult
    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was erased, its receipt, and where that is kept; `is_shared` says that several machines share the store."""

    erased: ErasureResult
    receipt: str
    place: str
    is_shared: bool = False

    def in_words(self) -> str:
        """Return how much went, in a sentence."""
        return self.erased.in_words()

    def in_full(self) -> str:
        """Return the receipt and, for the person at the screen alone, the ids to be deleted at their source."""
        responses = self.erased.erasure.responses
        ids = "\n".join(f"  {source:<20} {each}" for source, each in responses)
        elsewhere = "".join(
            f"  python -m jobs forget --form {source} --response {each}\n" for source, each in responses
        )
        machines = (
            f"To run on each other machine, for what its home folder holds:\n{elsewhere}\n" if self.is_shared else ""
        )
        return (
            f"{self.receipt}\nTo delete in the forms (not in the receipt):\n{ids}\n\n{machines}"
            f"Receipt kept as {self.place}"
        )


def forget(  # noqa: PLR0913  # what the command is given
    service: Service, *, response: str, code: str, form: str, team: str = "", on_step: Callable[[str], None]
) -> ForgetReport | VacuumResult:
    """Erase what `whose` finds; only for who holds the home folder. Finishes an erasure that was cut short as well.

    Of a response that was forgotten before, what this home folder still holds goes.
    """
    scrubbed = finish_vacuum(service)
    doomed = find_responses(service, response=response, code=code, form=form, team=team)
    if doomed:
        _record(service, doomed, "begun")
        return _told(service, erase_responses(service, doomed, why=FORGET, on_step=on_step))
    finished = finish_erasure(service, on_step=on_step)
    if finished:
        return _told(service, finished)
    before = find_forgotten(service, response=response, form=form)
    if before:
        done = _told(service, clean_home_folder(service, before, on_step=on_step))
        _record(service, before, "home folder cleaned once more")
        return done
    if scrubbed:
        return scrubbed
    raise CallError("Nothing of this person is stored any more; nothing was erased.")


def find_forgotten(service: Service, *, response: str, form: str) -> ResponseIds:
    """Return the response with this id by each form of which it was forgotten; nothing where it was of none."""
    forms = forms_with_erased(service, response) if response else []
    return {source: frozenset([response]) for source in forms if form in ("", source)}


def describe_forgotten(service: Service, *, response: str, form: str) -> str:
    """Return what there is to do for a response that was forgotten before; raises CallError where it was not."""
    forms = find_forgotten(service, response=response, form=form)
    if not forms:
        raise CallError(
            "No answer of this person is stored: check the id as data.xlsx shows it, or the code as it was typed into "
            "the form."
        )
    return (
        f"This response of {' and '.join(forms)} was forgotten before; nothing of it is stored. This looks through the "
        f"backups, packs and workbooks in {service.home} once more, and erases what they hold of it."
    )


def preview_erasure(service: Service, doomed: ResponseIds) -> str:
    """Return what would be erased: how much and where, no answer."""
    lines = ["This erases for good:"]
    for source, ids in doomed.items():
        versions = len(service.store.erasures.versions_of(source, ids))
        typed = sum(each.source == source and each.key in ids for each in service.store.corrections())
        lines.append(
            f"  {source}: {format_count(len(ids), 'response')}, {format_count(versions, 'version')}, "
            f"{format_count(typed, 'corrected answer')}"
        )
    unsent = [f"{month} {authority}" for authority, month, *_, mailed_at in service.store.packs() if mailed_at is None]
    if unsent:
        lines.append(f"  from packs that were not mailed, built again then: {', '.join(dict.fromkeys(unsent))}")
    copies = len(backup_files(service.home)) + len(replaced_stores(service.home))
    if copies:
        lines.append(f"  from {format_count(copies, 'old copy of the store')}, in {service.home}")
    if last_reporting_date(service) is not None:
        lines.append(f"  from what is published, written anew then: {', '.join(published_names(service))}")
    if service.database_url is not None:
        lines.append("  not from the home folders of other machines: afterwards it says what to run there")
    return "\n".join(lines)


def _record(service: Service, doomed: ResponseIds, what: str) -> None:
    forms = ", ".join(f"{format_count(len(ids), 'response')} of {source}" for source, ids in doomed.items())
    record_action(service, FORGET, response_digests(service, doomed), f"{what}: {forms}")


def _told(service: Service, done: ErasureReport) -> ForgetReport:
    return ForgetReport(done.erased, done.receipt, done.place, is_shared=service.database_url is not None)
