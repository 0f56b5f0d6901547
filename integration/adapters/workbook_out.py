"""The project team's workbook: text is text, dates are dates, numbers are numbers, and nothing is a formula.

Written in Rust (`rustpy-xlsxwriter`): six times quicker than Python on 100,000 rows (docs/benchmarks.md). What it
cannot do, or does badly, is settled before it: text that a workbook cannot hold, days before 1900, times that pandas
calls missing. The same tabs always give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from rustpy_xlsxwriter import Format, write_worksheets

from integration.errors import RenderError
from integration.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from integration.model import Tab

LONGEST_TEXT = 32_767
"""What one cell may hold, in UTF-16 units as Excel counts them."""

CUT = " … [cut here; the service keeps the whole text]"

LONGEST_NAME = 31
"""Characters of a tab's name that Excel allows."""

EARLIEST = date(1900, 3, 1)
"""Spreadsheet programs agree on serial numbers of days from here on; an earlier day is written as text."""
```
