"""From what stands in a spreadsheet to what is to stand there: requests and values, worked out before any is sent."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from integration.adapters.google.publishing import batch_update
from integration.adapters.google.publishing.actual_state import BLANK_TAB, LiveTab, to_array
from integration.adapters.google.publishing.cell_changes import LARGEST_CALL, CellBlock, diff_cells, split_into_blocks
from integration.errors import PublishError
from integration.normalise.values import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from integration.adapters.google.publishing.desired_state import TabImage

    Array = npt.NDArray[np.object_]

LARGEST_ID = 2**31 - 1

MergeRows: TypeAlias = "Callable[[TabImage, LiveTab], Arranged | None]"


@dataclass(slots=True)
class UpdatePlan:
    """Three steps, each left out where it is empty: prepare, write, show; and the tabs as they stand after that.

    `dress` goes with the first or the last step: one call for structure and looks, where no tab is filled anew.
    """

    prepare: list[batch_update.Request] = field(default_factory=list)
    dress: list[batch_update.Request] = field(default_factory=list)
    writes: list[tuple[str, CellBlock]] = field(default_factory=list)
    show: list[batch_update.Request] = field(default_factory=list)
    after: list[LiveTab] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether everything stands as it should."""
        return not (self.prepare or self.dress or self.writes or self.show)

    def settled(self) -> UpdatePlan:
        """Return the plan with its looks in the last step, after the values, unless only the first is there."""
        into = self.prepare if self.prepare and not self.show else self.show
        into += self.dress
        self.dress = []
        return self


@dataclass(frozen=True, slots=True)
class _Change:
    """A tab that stands there: its image, and what differs."""

    image: TabImage
    tab: LiveTab
    arranged: Arranged
    blocks: Sequence[CellBlock]
    size: int


def plan_update(images: Sequence[TabImage], live: Sequence[LiveTab], *, arrange: MergeRows, where: str) -> UpdatePlan:
    """Return how the tabs in `live` become those of `images`; tabs that are not ours stay as they are.

    `arrange` places the rows of a tab that people type in; None leaves the tab until the next run. Only tabs of ours,
    and those that have the title of one, need their cells in `live`. Raises PublishError where a title is taken by a
    tab that somebody else filled.
    """
    plan = UpdatePlan()
    standing = _standing(images, live)
    plan.prepare += [batch_update.delete_tab(tab.sheet_id) for tab in live if tab.is_left_over]
    taken = {tab.title.casefold(): tab for tab in live if not tab.key}
    alone = _blank_and_alone(live)
    changes: list[_Change | TabImage] = []
    for image in images:
        tab = standing.get(image.key)
        if tab is None and image.title.casefold() in taken:
            tab = _adopted(image, taken[image.title.casefold()], where)
            plan.prepare.append(batch_update.set_tab_key(image.key, tab.sheet_id))
            plan.dress += batch_update.set_widths(image.look, tab.sheet_id)
        changes.append(image if tab is None else _change(image, tab, arrange(image, tab)))
    replaced = _too_large([each for each in changes if isinstance(each, _Change)])
    for each in changes:
        if isinstance(each, _Change) and each.image.key not in replaced:
            _keep(plan, each)
        else:
            _make(plan, each, live)
    if plan.show and alone:
        plan.show.append(batch_update.delete_tab(alone.sheet_id))
    return plan.settled()


def replace_rows(image: TabImage, tab: LiveTab) -> Arranged:  # noqa: ARG001  # one of the ways to arrange a tab
    """Arrange a tab in which nobody types: each row stands where it is worked out to stand."""
    return Arranged((), image.cells)


def _standing(images: Sequence[TabImage], live: Sequence[LiveTab]) -> dict[str, LiveTab]:
    """Return our tabs by key. A copy that somebody made bears our mark too: ours is the one that we remember."""
    titles = {image.key: image.title for image in images}
    ours = [tab for tab in live if tab.key and not tab.is_left_over]
    ours.sort(key=lambda tab: (bool(tab.look), tab.title == titles.get(tab.key)))
    return {tab.key: tab for tab in ours}


def _is_headed_otherwise(image: TabImage, tab: LiveTab) -> bool:
    """Say whether somebody moved the columns under frozen headings, and their formats with them."""
    cells, width = _cells(tab), image.cells.shape[1]
    return image.look.frozen_rows == 1 and cells.size > 0 and list(cells[0][:width]) != list(image.cells[0])


def _change(image: TabImage, tab: LiveTab, arranged: Arranged | None) -> _Change:
    cells = _cells(tab)
    arranged = arranged or Arranged((), cells)
    blocks = diff_cells(np.delete(cells, arranged.deleted, axis=0), arranged.cells)
    size = sum(len(bytes(block.encoded(tab.title))) for block in blocks)
    return _Change(image, tab, arranged, blocks, size)


def _too_large(changes: Sequence[_Change]) -> set[str]:
    """Return the keys of the tabs to be filled anew, so that what is left fits into one call: the largest first."""
    size = sum(change.size for change in changes)
    replaced = set()
    # A tab whose rows were arranged is one that people type in: it is never taken from under their hands.
    for change in sorted(changes, key=lambda change: -change.size):
        if size > LARGEST_CALL and change.arranged.cells is change.image.cells:
            replaced.add(change.image.key)
            size -= change.size
    return replaced


def _keep(plan: UpdatePlan, change: _Change) -> None:
    """Bring a tab that stands there up to date."""
    image, tab, cells = change.image, change.tab, change.arranged.cells
    look, deleted = batch_update.format_digest(image.look), len(change.arranged.deleted)
    rows, columns = tab.rows, tab.columns
    # Before rows are taken out: Google keeps at least one below the frozen ones.
    needs = (max(cells.shape[0], image.look.frozen_rows + 1) + deleted, max(1, cells.shape[1]))
    grows = rows < needs[0] or columns < needs[1]
    if grows:
        rows, columns = max(rows, batch_update.with_room(needs[0])), max(columns, needs[1])
        plan.prepare.append(batch_update.resize_tab(tab, rows, columns))
    plan.prepare += batch_update.delete_rows(tab.sheet_id, change.arranged.deleted)
    charts, protections = tab.charts, tab.protections
    if tab.look != look or _is_headed_otherwise(image, tab):
        plan.dress += batch_update.reformat_tab(image.look, tab)
        charts = batch_update.chart_ids(image.look, tab.sheet_id)
        protections = batch_update.protection_ids(image.look, tab.sheet_id)
    elif grows:
        plan.prepare += batch_update.set_formats(image.look, tab.sheet_id)
    plan.writes += [(tab.title, block) for block in change.blocks]
    plan.after.append(
        replace(
            tab, key=image.key, rows=rows - deleted, columns=columns, look=look, charts=charts, protections=protections,
            cells=cells,
        )
    )  # fmt: skip


def _make(plan: UpdatePlan, each: _Change | TabImage, live: Sequence[LiveTab]) -> None:
    """Fill a hidden tab, and show it once it is full."""
    image, old = (each.image, each.tab) if isinstance(each, _Change) else (each, None)
    sheet_id = _fresh({tab.sheet_id for tab in (*live, *plan.after)})
    plan.prepare += batch_update.add_tab(image, sheet_id)
    plan.writes += [
        (batch_update.filling_title(image.title, sheet_id), block) for block in split_into_blocks(image.cells)
    ]
    title = old.title if old else image.title
    plan.show += batch_update.show_tab(sheet_id, title, instead_of=old)
    plan.after.append(_made(image, sheet_id, title, old))


def _made(image: TabImage, sheet_id: int, title: str, old: LiveTab | None) -> LiveTab:
    return LiveTab(
        sheet_id=sheet_id,
        title=title,
        index=old.index if old else 0,
        hidden=old.hidden if old else False,
        rows=batch_update.with_room(image.cells.shape[0]),
        columns=max(1, image.cells.shape[1], len(image.look.widths)),
        key=image.key,
        look=batch_update.format_digest(image.look),
        protections=batch_update.protection_ids(image.look, sheet_id),
        charts=batch_update.chart_ids(image.look, sheet_id),
        cells=image.cells,
    )


def _adopted(image: TabImage, tab: LiveTab, where: str) -> LiveTab:
    """Return a tab of the same title as ours from now on, where nobody else has filled it."""
    cells = _cells(tab)
    same_headings = len(cells) > 0 and list(cells[0]) == list(image.cells[0])
    if cells.size and not same_headings:
        raise PublishError(
            f"{where} has a tab “{tab.title}” that the service did not make, and it is not empty; rename that tab, and "
            "run it again."
        )
    return tab


def _blank_and_alone(live: Sequence[LiveTab]) -> LiveTab | None:
    """Return the tab that came with the spreadsheet, where nobody has used it or put another beside ours."""
    others = [tab for tab in live if not tab.key]
    if [tab.title for tab in others] != [BLANK_TAB] or others[0].cells is None or others[0].cells.size:
        return None
    return others[0]


def _cells(tab: LiveTab) -> Any:
    if tab.cells is None:
        raise ValueError(f"the cells of {tab.title} are not known")
    return tab.cells


def _fresh(used: set[int]) -> int:
    while (found := 1 + secrets.randbelow(LARGEST_ID)) in used:
        pass
    return found


ASKED = ("source", "key", "field", "code")
"""The columns by which a row is known."""
TYPED = "correction"


@dataclass(frozen=True, slots=True)
class Arranged:
    """Which rows to take out, counted from 0 with the headings, and what the tab is to hold after that."""

    deleted: tuple[int, ...]
    cells: Array


def merge_typed_rows(desired: Array, live: Array, is_taken_up: Callable[[str, str, str, str], bool]) -> Arranged | None:
    """Return how the tab that stands there becomes the one desired; None where it must be left until the next run.

    `is_taken_up` says of (source, key, field, correction) whether the store has it. The tab must be left where
    people have moved its columns and a correction among them has not been taken up yet.
    """
    headings = [str(name) for name in desired[0]]
    moved = not len(live) or [to_text(cell).strip() for cell in live[0][: len(headings)]] != headings
    if moved:
        waits = any(_waiting(row, places, is_taken_up) for places in [_places(live)] if places for row in live[1:])
        return None if waits else Arranged((), desired)
    asked = [headings.index(name) for name in ASKED]
    typed = headings.index(TYPED)
    wanted = dict(zip(_identities(desired[1:], asked), desired[1:], strict=True))
    rows: list[Sequence[Any]] = [desired[0]]
    deleted: list[int] = []
    places = _places(live)
    for number, (identity, row) in enumerate(zip(_identities(live[1:], asked), live[1:], strict=True), start=1):
        now = wanted.pop(identity, None)
        waits = _waiting(row, places, is_taken_up)
        if now is None and not waits:
            deleted.append(number)
        elif now is None:
            rows.append(row)
        else:
            kept = list(now)
            kept[typed] = row[typed] if waits else now[typed]
            rows.append(kept)
    return Arranged(tuple(deleted), to_array([*rows, *wanted.values()]))


def _identities(rows: Array, asked: Sequence[int]) -> list[tuple[str, ...]]:
    """Return by what each row is known; of rows that are known by the same, also which it is."""
    met: Counter[tuple[str, ...]] = Counter()
    identities = []
    for row in rows:
        identity = tuple(to_text(row[place]).strip() for place in asked)
        met[identity] += 1
        identities.append((*identity, str(met[identity])))
    return identities


def _places(cells: Array) -> list[int]:
    """Return where source, key, field and the correction stand; nothing where one of them is gone."""
    headings = [to_text(cell).strip() for cell in cells[0]] if len(cells) else []
    wanted = (*ASKED[:3], TYPED)
    return [headings.index(name) for name in wanted] if set(wanted) <= set(headings) else []


def _waiting(row: Sequence[Any], places: Sequence[int], is_taken_up: Callable[[str, str, str, str], bool]) -> bool:
    """Say whether somebody typed something here that we have not taken up."""
    if not places:
        return False
    source, key, field, value = (to_text(row[place]).strip() for place in places)
    return bool(value) and not is_taken_up(source, key, field, value)
