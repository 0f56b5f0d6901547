"""One form or sheet by two configurations: what counted by the earlier one and counts no more by the present one.

1. Rows that are refused or superseded now.
2. Answers within rows that count by both: a field that is gone or finds nothing, an option that is unknown now.
3. Rows that count for another team or authority than before, or stand in no phase.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from config.schema import OptionsField, RowsField, SelectField
from config.schema.fields import OTHER
from config.spelling import fold_case
from integration.model import IssueCode, Loss, LossKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from config.schema import FieldSpec, Form, Settings, Sheet
    from integration.model import Figures, Rows, YamlPlace

_LostAnswers = Counter[tuple[str, str]]
"""How many answers to a field were lost, by option and code."""
PROGRAMME = "programme.yaml"
TICKS_JOINED_BY = "; "
NOT_READ = "not read"
EMPTY = "empty"

REFUSALS = frozenset({
    IssueCode.OUTSIDE_PROGRAMME, IssueCode.UNKNOWN_TEAM, IssueCode.UNKNOWN_AUTHORITY, IssueCode.MISSING_KEY,
    IssueCode.DUPLICATE_KEY,
})  # fmt: skip
"""The codes of issues that are about a row as a whole."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts by one configuration; `rows` has the sources that could be read by it."""

    settings: Settings
    rows: Mapping[str, Rows]
    figures: Figures


def file_of(settings: Settings, source: str) -> str:
    """Return the name of the form's or sheet's file."""
    return f"{'forms' if source in settings.forms else 'sheets'}/{source}.yaml"


def _spec(settings: Settings, source: str) -> Form | Sheet:
    return settings.forms.get(source) or settings.sheets[source]


def counted_rows(rows: Rows) -> pd.DataFrame:
    """Return the rows that count, by their ids."""
    frame = rows.frame
    return (frame[frame["_counted"]] if "_counted" in frame else frame).set_index("_id", drop=False)


def _owner_names(settings: Settings) -> dict[tuple[str, str], str]:
    """Return the names of teams, and of authorities with the team "", by their keys."""
    authorities = settings.programme.authorities
    names = {(key, ""): each.name for key, each in authorities.items()}
    return names | {(key, team): each.name for key, of in authorities.items() for team, each in of.teams.items()}


def _owner_spellings(settings: Settings) -> dict[tuple[str, str], set[str]]:
    """Return what every team, and every authority with the team "", is called, by their keys."""
    authorities = settings.programme.authorities
    names = {(key, ""): {each.name, *each.aliases} for key, each in authorities.items()}
    names |= {
        (key, team): {each.name, *each.aliases} for key, of in authorities.items() for team, each in of.teams.items()
    }
    return {owner: set(map(fold_case, called)) for owner, called in names.items()}


@dataclass
class SourceComparison:
    """One form or sheet by both configurations."""

    source: str
    before: Counted
    after: Counted
    lost_answers: dict[str, set[str]] = field(default_factory=dict)
    """By field, the rows that lost an answer to it."""

    @cached_property
    def old(self) -> pd.DataFrame:
        """The rows that counted, by their ids."""
        return counted_rows(self.before.rows[self.source])

    @cached_property
    def new(self) -> pd.DataFrame:
        """The rows that count, by their ids."""
        return counted_rows(self.after.rows[self.source])

    @cached_property
    def are_known_by_id(self) -> bool:
        """Whether a row has the same id on both sides: not with another key, or where its owner is called otherwise."""
        sheets = self.before.settings.sheets.get(self.source), self.after.settings.sheets.get(self.source)
        if sheets[0] is None or sheets[1] is None:
            return True
        keys = [[each for each in sheet.fields if each.name in sheet.key] for sheet in sheets if sheet]
        binds_alike = [[fold_case(each.heading or "") for each in fields] for fields in keys]
        has_owner = any(each.type in {"team", "authority"} for fields in keys for each in fields)
        called = [_owner_spellings(side.settings) if has_owner else {} for side in (self.before, self.after)]
        return binds_alike[0] == binds_alike[1] and called[0] == called[1]

    @cached_property
    def stay(self) -> set[str]:
        """The ids of rows that count on both sides."""
        return set(self.old.index) & set(self.new.index) if self.are_known_by_id else set()

    @cached_property
    def codes(self) -> dict[tuple[str, str], str]:
        """The codes of the new side's issues, by row and field."""
        return {(issue.key, issue.field): str(issue.code) for issue in self.after.rows[self.source].issues}

    @cached_property
    def file(self) -> str:
        """The name of its file."""
        return file_of(self.before.settings, self.source)

    def find_losses(self) -> Iterator[Loss]:
        """Give everything that the source lost in itself."""
        yield from self._find_lost_rows()
        yield from self._find_lost_answers()
        yield from self._find_moved()

    def _find_lost_rows(self) -> Iterator[Loss]:
        old, names = self.old, _owner_names(self.before.settings)
        owners = [*zip(old["_authority"], old["_team"], strict=True)]
        lost: Counter[tuple[str, tuple[str, str]]] = Counter()
        if self.are_known_by_id:
            superseded = self.after.rows[self.source].frame
            superseded_ids = set(superseded["_id"]) - set(self.new.index)
            refused = {issue.key: str(issue.code) for issue in self.after.rows[self.source].issues
                       if issue.code in REFUSALS}  # fmt: skip
            usual = self._usual_refusal()
            for row_id, owner in zip(old.index, owners, strict=True):
                if row_id not in self.stay:
                    code = "superseded" if row_id in superseded_ids else refused.get(row_id, usual)
                    lost[code, owner] += 1
        elif len(self.new) < len(old):
            now = Counter(zip(self.new["_authority"], self.new["_team"], strict=True))
            lost.update({(self._usual_refusal(), owner): n for owner, n in (Counter(owners) - now).items()})
        for (code, owner), count in self._join_owners(lost).items():
            by_owner = code in {IssueCode.UNKNOWN_TEAM, IssueCode.UNKNOWN_AUTHORITY}
            name = names.get(owner, "") if by_owner else ""
            places = self._places_of_refusal(code, owner)
            yield Loss(LossKind.ROWS, self.source, name, count, code, places=places)

    @staticmethod
    def _join_owners(lost: Counter[tuple[str, tuple[str, str]]]) -> Counter[tuple[str, tuple[str, str]]]:
        """Return the counts, of what does not depend on the owner as one."""
        joined: Counter[tuple[str, tuple[str, str]]] = Counter()
        for (code, owner), count in lost.items():
            depends = code in {IssueCode.UNKNOWN_TEAM, IssueCode.UNKNOWN_AUTHORITY}
            joined[code, owner if depends else ("", "")] += count
        return joined

    def _usual_refusal(self) -> str:
        """Return why rows are refused of which no issue says it: test submissions, and rows that have another key."""
        if self.source in self.after.settings.forms:
            return str(IssueCode.TEST_SUBMISSION)
        codes = [
            Counter(str(issue.code) for issue in side.rows[self.source].issues if issue.code in REFUSALS)
            for side in (self.before, self.after)
        ]
        return next((code for code, _ in (codes[1] - codes[0]).most_common(1)), "refused")

    def _places_of_refusal(self, code: str, owner: tuple[str, str]) -> tuple[YamlPlace, ...]:
        authority, team = owner
        names = [each.name for each in _spec(self.before.settings, self.source).fields if each.type in {"team", code}]
        own = [(self.file, ("fields", name)) for name in names]
        of_team = [(PROGRAMME, ("authorities", authority, "teams", team))] if team else []
        owners = [*of_team, (PROGRAMME, ("authorities", authority)), (PROGRAMME, ("authorities",))]
        match code:
            case IssueCode.UNKNOWN_TEAM | IssueCode.UNKNOWN_AUTHORITY:
                return (*owners, *own)
            case IssueCode.OUTSIDE_PROGRAMME:
                return ((PROGRAMME, ("start",)), (PROGRAMME, ("end",)))
            case IssueCode.TEST_SUBMISSION:
                return ((self.file, ("test_codes",)), (self.file, ("fields",)))
            case "superseded":
                windows = (PROGRAMME, ("windows",)), (PROGRAMME, ("start",))
                return ((self.file, ("one_per",)), *windows, (self.file, ("fields",)), owners[-1])
        return ((self.file, ("key",)), (self.file, ("fields",)), owners[-1])

    def _find_lost_answers(self) -> Iterator[Loss]:
        fields = {each.name: each for each in _spec(self.after.settings, self.source).fields}
        taken = {each.name for each in _spec(self.before.settings, self.source).fields}
        for old_field in _spec(self.before.settings, self.source).fields:
            new_field = fields.get(old_field.name) or _find_renamed(old_field, fields.values(), taken)
            lost: _LostAnswers = Counter()
            for suffix, new_suffix in _pair_rows(old_field, new_field):
                old_column = old_field.name + suffix
                new_column = "" if new_field is None or new_suffix is None else new_field.name + new_suffix
                if old_column in self.old:
                    self._compare_column(old_field, old_column, new_column, new_field, lost)
            for (option, code), count in lost.items():
                if count:
                    yield self._answer_loss(old_field, option, code, count)

    def _compare_column(
        self, old_field: FieldSpec, old_column: str, new_column: str, new_field: FieldSpec | None, lost: _LostAnswers
    ) -> None:
        """Count in `lost` what a column lost."""
        is_there = new_column in self.new
        if not self.are_known_by_id:
            left = int(self.new[new_column].notna().sum()) if is_there else 0
            fewer_rows = max(len(self.old) - len(self.new), 0)
            lost["", self._usual_code(new_column) if is_there else NOT_READ] += max(
                int(self.old[old_column].notna().sum()) - left - fewer_rows, 0
            )
            return
        spell = _spell(new_field)
        old = self.old.loc[self.old.index.isin(self.stay), old_column]
        new = self.new[new_column].to_dict() if is_there else {}
        answered = old[old.notna()]
        for row_id, value in zip(map(str, answered.index), answered.array, strict=True):
            now = new.get(row_id)
            now = None if pd.isna(now) else now
            options = [*_lost_options(old_field, value, now, spell)]
            if not options:
                continue
            self.lost_answers.setdefault(old_field.name, set()).add(row_id)
            code = self.codes.get((row_id, new_column), EMPTY) if is_there else NOT_READ
            became_other = isinstance(now, str) and OTHER in now.split(TICKS_JOINED_BY)
            if became_other or code == IssueCode.UNKNOWN_CHOICE:
                lost.update((option, f"“{OTHER}”" if became_other else code) for option in options)
            else:  # all that was answered, whatever it was
                lost["", code] += 1

    def _usual_code(self, column: str) -> str:
        """Return the code of most issues with a field."""
        codes = Counter(code for (_, field), code in self.codes.items() if field == column)
        return next((code for code, _ in codes.most_common(1)), EMPTY)

    def _answer_loss(self, of: FieldSpec, option: str, code: str, count: int) -> Loss:
        path = ("fields", of.name)
        places: list[YamlPlace] = [(self.file, (*path, "options", option))] if option else []
        places += [(self.file, (*path, "options")), (self.file, path)] if option else [(self.file, path)]
        places += [(PROGRAMME, ("likert5",))] if of.type == "likert5" else []
        places += [(PROGRAMME, ("authorities",))] if of.type in {"team", "authority"} else []
        places.append((self.file, ("key",)))
        return Loss(LossKind.ANSWERS, self.source, option, count, code, field=of.name, places=tuple(places))

    def _find_moved(self) -> Iterator[Loss]:
        """Give the rows that count for another team or authority now, or stand in no phase."""
        old, new = (each.loc[each.index.isin(self.stay)] for each in (self.old, self.new))
        new = new.reindex(old.index)
        names = _owner_names(self.before.settings), _owner_names(self.after.settings)
        moved: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
        pairs = zip(old["_authority"], old["_team"], new["_authority"], new["_team"], strict=True)
        for old_authority, old_team, new_authority, new_team in pairs:
            was, now = (old_authority, old_team), (new_authority, new_team)
            if old_team == new_team:
                was, now = (old_authority, ""), (new_authority, "")
            # One that has only got another key was not there before.
            if was != now and (was in names[1] or now in names[0]):
                moved[was, now] += 1
        for (was, now), count in moved.items():
            places = ((PROGRAMME, ("authorities", was[0])), (PROGRAMME, ("authorities",)), (self.file, ("fields",)))
            yield Loss(LossKind.OWNER, self.source, names[0][was], count, now_in=names[1][now], places=places)
        if "phase" not in old or "phase" not in new:
            return
        gone = old["phase"][old["phase"].notna() & new["phase"].isna()]
        for phase, count in gone.value_counts(sort=False).items():
            of_phase = ((PROGRAMME, ("phases", str(phase))), (PROGRAMME, ("phases",)))
            yield Loss(LossKind.PHASE, self.source, str(phase), int(count), places=of_phase)


def _find_renamed(old: FieldSpec, fields: Iterable[FieldSpec], taken: set[str]) -> FieldSpec | None:
    """Return the field that reads the same question or column under another name."""
    for each in fields:
        pairs = ((old.id, each.id), (old.question, each.question), (old.heading, each.heading))
        if each.name not in taken and any(one and other and fold_case(one) == fold_case(other) for one, other in pairs):
            return each
    return None


def _pair_rows(old: FieldSpec, new: FieldSpec | None) -> Iterator[tuple[str, str | None]]:
    """Give what follows the field's name in each of its columns, before and after; None where it is gone."""
    if not isinstance(old, RowsField):
        yield "", None if isinstance(new, RowsField) else ""
        return
    rows = new.rows if isinstance(new, RowsField) else {}
    by_binding = {binding: key for key, row in rows.items() for binding in (row.id, fold_case(row.label)) if binding}
    for key, row in old.rows.items():
        found = key if key in rows else by_binding.get(row.id or "") or by_binding.get(fold_case(row.label))
        yield f".{key}", f".{found}" if found else None


def _spell(of: FieldSpec | None) -> dict[str, str]:
    """Return the names of options by every folded spelling."""
    if not isinstance(of, OptionsField):
        return {}
    return {fold_case(each): name for name, aliases in of.spell_options() for each in (name, *aliases)}


def _lost_options(of: FieldSpec, before: object, now: object, spell: Mapping[str, str]) -> Iterator[str]:
    """Give the options of a cell that count no more, "" for a value that is no option."""
    if not isinstance(of, OptionsField):
        if now is None:
            yield ""
        return
    if of.answers != "ticks":
        if now is None or (now == OTHER and before != OTHER):
            yield str(before) if not (isinstance(of, SelectField) and before == OTHER) else ""
        return
    ticked = [each for each in str(before).split(TICKS_JOINED_BY) if each != OTHER]
    left = {*str(now).split(TICKS_JOINED_BY)} if now is not None else set()
    yield from (each for each in ticked if each not in left and spell.get(fold_case(each), each) not in left)
    if now is None and not ticked:
        yield ""
