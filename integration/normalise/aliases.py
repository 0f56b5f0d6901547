"""Names that many rows give and that are no team or authority: the line of YAML that would make all of them count.

One wrong name in one row is put right in that row. The same in many is a team that got another name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.spelling import fold_case, nearest
from integration.model import IssueCode
from integration.normalise.columns import DID_NOT_TAKE_PART
from integration.text_format import format_count, quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from config.schema import Programme
    from integration.model import Issue, Rows

    LocateInProgramme = Callable[..., str]

MANY = 5
"""So many rows with one unknown name are no slip of one person."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A team or an authority: its steps in programme.yaml, its name and all of its spellings, with its key."""

    steps: tuple[str, ...]
    name: str
    spellings: tuple[str, ...]


def suggest_aliases(
    rows: Mapping[str, Rows], programme: Programme, locate: LocateInProgramme, *, earlier: Programme | None = None
) -> dict[str, Rows]:
    """Return the rows, where issues about a name that many rows give say which alias to write.

    `locate` returns, for steps into programme.yaml, the file and the line at which they stand. `earlier` is the
    programme as it was before the YAML changed, if it did: a name that it knew is that of the same.
    """
    counts: dict[IssueCode, Counter[str]] = {}
    for issue in (issue for each in rows.values() for issue in each.issues):
        is_unknown = issue.code in {IssueCode.UNKNOWN_TEAM, IssueCode.UNKNOWN_AUTHORITY} and issue.found
        if is_unknown and issue.what_to_do != DID_NOT_TAKE_PART:  # that one is known
            counts.setdefault(issue.code, Counter())[fold_case(issue.found)] += 1
    advice: dict[tuple[IssueCode, str], str] = {}
    for code, names in counts.items():
        of_code = [*_list_members(programme, code)]
        known = {fold_case(each) for member in of_code for each in (member.name, *member.spellings[1:])}
        before = [*_list_members(earlier, code)] if earlier else []
        named = {str(owner) for each in rows.values() for owner in each.frame["_team"].dropna()}
        for name, count in names.items():
            if count >= MANY and name not in known:
                member = _find_member(name, of_code, before, named)
                advice[code, name] = _advise(count, member, locate)
    return {
        source: replace(each, issues=tuple(_with_advice(issue, advice) for issue in each.issues)) if advice else each
        for source, each in rows.items()
    }


def _list_members(programme: Programme, code: IssueCode) -> Iterator[_Member]:
    for key, authority in programme.authorities.items():
        if code is IssueCode.UNKNOWN_AUTHORITY:
            yield _Member(("authorities", key), authority.name, (key, authority.name, *authority.aliases))
            continue
        for team_key, team in authority.teams.items():
            steps = ("authorities", key, "teams", team_key)
            yield _Member(steps, team.name, (team_key, team.name, *team.aliases))


def _find_member(name: str, members: list[_Member], before: list[_Member], named: set[str]) -> _Member | None:
    """Return whom the name probably means: the one that had it, one spelled alike, or the one that no row names."""
    had = [each.steps for each in before if name in map(fold_case, each.spellings[1:])]
    if found := [each for each in members if each.steps in had]:
        return found[0]
    by_spelling = {fold_case(spelling): each for each in members for spelling in each.spellings}
    if like := nearest(name, by_spelling):
        return by_spelling[like]
    unnamed = [each for each in members if len(each.steps) > len(("authorities", "")) and each.steps[-1] not in named]
    return unnamed[0] if len(unnamed) == 1 else None


def _advise(count: int, member: _Member | None, locate: LocateInProgramme) -> str:
    """Return what to do, with {} for the name as it was typed."""
    rows = f"{format_count(count, 'row')} name it."
    if member is None:
        where = f"to the aliases of the one that it means, under {locate('authorities')}"
        return f"{rows} If it is another name of one that is there, add {{}} {where}"
    where = f"to its aliases at {locate(*member.steps, 'aliases')}"
    return f"{rows} If it is {quote(member.name)} under another name, add {{}} {where}"


def _with_advice(issue: Issue, advice: Mapping[tuple[IssueCode, str], str]) -> Issue:
    found = advice.get((issue.code, fold_case(issue.found)))
    if found is None:
        return issue
    added = found.replace("{}", quote(issue.found))
    return replace(issue, what_to_do=f"{added}, and all of them count. Else: {_uncapitalise(issue.what_to_do)}")


def _uncapitalise(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
