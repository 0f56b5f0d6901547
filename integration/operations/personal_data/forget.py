"""forget: erases a person's answers everywhere that the service holds them; they are never stored again.

`preview_erasure` says what would go before the operator confirms it, `forget` erases it, and where the person's
response was forgotten before, `describe_forgotten` says what this home folder may still hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.errors import CallError
from integration.operations.audit import record_action
from integration.operations.personal_data.data_subjects import find_responses, response_digests
from integration.operations.personal_data.erasure import (
    clean_home_folder,
    erase_responses,
    finish_erasure,
    finish_vacuum,
)
from integration.operations.personal_data.files import backup_files, replaced_stores
from integration.operations.personal_data.receipts import FORGET
from integration.operations.pipeline import last_reporting_date
from integration.operations.publish import published_names
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.operations.personal_data.data_subjects import ResponseIds
    from integration.operations.personal_data.erasure import VacuumResult
    from integration.operations.personal_data.receipts import ErasureReport
    from integration.wiring import Service


def forget(  # noqa: PLR0913  # what the command is given
    service: Service, *, response: str, code: str, form: str, team: str = "", on_step: Callable[[str], None]
) -> ErasureReport | VacuumResult:
    """Erase what `find_responses` finds, or finish an erasure that was cut short; the caller holds the home's lock.

    Of a response that was forgotten before, what this home folder still holds goes.
    """
    vacuum = finish_vacuum(service)
    responses = find_responses(service, response=response, code=code, form=form, team=team)
    if responses:
        _record(service, responses, "begun")
        return erase_responses(service, responses, reason=FORGET, on_step=on_step)
    finished = finish_erasure(service, on_step=on_step)
    if finished:
        return finished
    before = find_forgotten(service, response=response, form=form)
    if before:
        report = clean_home_folder(service, before, on_step=on_step)
        _record(service, before, "home folder cleaned once more")
        return report
    if vacuum:
        return vacuum
    raise CallError("Nothing of this person is stored any more; nothing was erased.")


def _record(service: Service, responses: ResponseIds, what: str) -> None:
    forms = ", ".join(f"{format_count(len(ids), 'response')} of {source}" for source, ids in responses.items())
    record_action(service, FORGET, response_digests(service, responses), f"{what}: {forms}")


def find_forgotten(service: Service, *, response: str, form: str) -> ResponseIds:
    """Return the response with this id by each form of which it was forgotten; nothing where it was of none."""
    if not response:
        return {}
    forms = dict.fromkeys([*service.settings.forms, *service.store.responses.sources()])
    erased = service.store.tombstones.erased
    return {each: frozenset([response]) for each in forms if form in ("", each) and erased(each, [response])}


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


def preview_erasure(service: Service, responses: ResponseIds) -> str:
    """Return what would be erased: how much and where, no answer."""
    lines = ["This erases for good:"]
    for source, ids in responses.items():
        versions = len(service.store.responses.versions_of(source, ids))
        corrections = sum(each.source == source and each.key in ids for each in service.store.corrections.newest())
        lines.append(
            f"  {source}: {format_count(len(ids), 'response')}, {format_count(versions, 'version')}, "
            f"{format_count(corrections, 'corrected answer')}"
        )
    unsent = [f"{pack.month} {pack.authority}" for pack in service.store.packs.all() if pack.mailed_at is None]
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
