"""What a form holds against what is stored: every response is counted, in one place."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from integration.landing import Compared, compare, together
from tests.effort import examples

IDS = st.text("abcdefgh", min_size=1, max_size=2)
NEWEST = st.dictionaries(IDS, st.sampled_from(("2022-03-01", "2022-03-02", "2022-03-03")))


@settings(max_examples=examples(100))
@given(held=NEWEST, stored=NEWEST, forgotten=st.sets(IDS))
def test_the_counts_add_up_whatever_is_where(held: dict[str, str], stored: dict[str, str], forgotten: set[str]) -> None:
    erased = forgotten - stored.keys()  # what was forgotten is not stored
    told = compare(held, stored, erased=erased)
    assert told.held == told.stored + told.missing + told.outdated + told.erased == len(held)
    assert told.stored + told.outdated + told.gone == len(stored)
    assert told.erased == len(held.keys() & erased)
    fetched = {each: at for each, at in held.items() if each not in erased}
    after = compare(
        held, {each: max(at, stored.get(each, "")) for each, at in (stored | fetched).items()}, erased=erased
    )
    assert (after.missing, after.outdated, after.gone, after.erased) == (0, 0, told.gone, told.erased)


def test_each_response_is_counted_where_it_belongs() -> None:
    held = {"the same": "2", "edited there": "3", "newer here": "1", "nowhere here": "1", "forgotten": "1"}
    stored = {"the same": "2", "edited there": "2", "newer here": "2", "deleted there": "1"}
    told = compare(held, stored, erased={"forgotten", "another"})
    assert told == Compared(held=5, stored=2, missing=1, outdated=1, erased=1, gone=1)
    assert together([told, told]) == Compared(held=10, stored=4, missing=2, outdated=2, erased=2, gone=2)
    assert together([]) == compare({}, {}, erased=())
