"""forget: a person's answers are erased everywhere that we hold them, and never stored again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.errors import CallError
from jobs.audit import record
from jobs.erase import counted, erase, finish_erasing
from jobs.old_copies import backups, put_aside
from jobs.published import last_reporting_date, published_names
from jobs.receipt import keep_receipt
from jobs.whose import digests_of, forgotten_in, whose

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.wiring import Service
    from jobs.erase import Erased
    from jobs.whose import Whose

WHY = "forget"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, its receipt, and where that is kept."""

    erased: Erased
    receipt: str
    place: str

    def in_words(self) -> str:
        """Return how much went, in a sentence."""
        return self.erased.in_words()

    def in_full(self) -> str:
        """Return the receipt and, for the person at the screen alone, the ids to be deleted at their source."""
        ids = "\n".join(f"  {source:<20} {each}" for source, each in self.erased.erasure.responses)
        return f"{self.receipt}\nTo delete in the forms (not in the receipt):\n{ids}\n\nKept as {self.place}"


def forget(service: Service, *, response: str, code: str, form: str, tell: Callable[[str], None]) -> Forgotten:
    """Erase what `whose` finds; only for who holds the home folder. Finishes an erasure that was cut short as well."""
    doomed = whose(service, response=response, code=code, form=form)
    if doomed:
        _record_beginning(service, doomed)
        return _concluded(service, erase(service, doomed, why=WHY, tell=tell))
    finished = finish_erasing(service, tell=tell)
    if finished is None:
        raise CallError("Nothing of this person is stored any more; nothing was erased.")
    return _concluded(service, finished)


def nothing_to_forget(service: Service, *, response: str) -> str:
    """Return why there is nothing to erase where the response was forgotten before; raises CallError otherwise."""
    forms = forgotten_in(service, response) if response else []
    if not forms:
        raise CallError(
            "No answer of this person is stored: check the id as data.xlsx shows it, or the code as it was typed into "
            "the form."
        )
    return f"This response of {' and '.join(forms)} was forgotten before; nothing of it is stored."


def preview(service: Service, doomed: Whose) -> str:
    """Return what would be erased: how much and where, no answer."""
    lines = ["This erases for good:"]
    for source, ids in doomed.items():
        versions = len(service.store.erasures.versions_of(source, ids))
        typed = sum(each.source == source and each.key in ids for each in service.store.corrections())
        lines.append(
            f"  {source}: {counted(len(ids), 'response')}, {counted(versions, 'version')}, "
            f"{counted(typed, 'corrected answer')}"
        )
    unsent = [f"{month} {authority}" for authority, month, *_, mailed_at in service.store.packs() if mailed_at is None]
    if unsent:
        lines.append(f"  from packs that were not mailed, built again then: {', '.join(dict.fromkeys(unsent))}")
    copies = len(backups(service.home)) + len(put_aside(service.home))
    if copies:
        lines.append(f"  from {counted(copies, 'backup')} or store that was put aside, in {service.home}")
    if last_reporting_date(service) is not None:
        lines.append(f"  from what is published, written anew then: {', '.join(published_names(service))}")
    return "\n".join(lines)


def _record_beginning(service: Service, doomed: Whose) -> None:
    forms = ", ".join(f"{counted(len(ids), 'response')} of {source}" for source, ids in doomed.items())
    record(service, WHY, digests_of(service, doomed), f"begun: {forms}")


def _concluded(service: Service, erased: Erased) -> Forgotten:
    text, place = keep_receipt(service, erased)
    record(service, WHY, place, f"done: {erased.in_words()}")
    return Forgotten(erased, text, place)
