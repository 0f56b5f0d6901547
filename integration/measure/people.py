"""How many people answers come from, so that a small group is never taken for a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray


def count_people(
    groups: Sequence[NDArray[np.int64]], frame: pd.DataFrame, code: str | None, *, once_a_fortnight: bool
) -> NDArray[np.float64]:
    """Return for each group of row positions how many people, at the least that is sensible, stand behind it.

    A code is a person; an answer without one is another person, but for a form that a person answers once a fortnight
    only within one fortnight: over several, the same five people must not be taken for ten.
    """
    if code is None or code not in frame:
        return np.array([float(len(rows)) for rows in groups])
    codes = frame[code].to_numpy(dtype=object)
    known = frame[code].notna().to_numpy()
    sittings = frame["fortnight"].to_numpy() if once_a_fortnight else np.zeros(len(frame), dtype=np.int64)
    return np.array([_people(codes[rows], known[rows], sittings[rows]) for rows in groups], dtype=float)


def _people(codes: NDArray[np.object_], known: NDArray[np.bool_], sittings: NDArray[np.int64]) -> int:
    by_code = len(set(codes[known]))
    by_sitting = (
        len(set(codes[known & (sittings == sitting)])) + int((~known & (sittings == sitting)).sum())
        for sitting in set(sittings.tolist())
    )
    return max([by_code, *by_sitting])
