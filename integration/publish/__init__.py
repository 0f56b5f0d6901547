"""What goes out to workbooks: the project team's tabs, and the leaders' summary of one authority.

Pure: values in, `Tab` and `Summary` out; an adapter writes them. Only what `integration.disclose` made is shown
to leaders.
"""

from integration.publish.summary import build_summary
from integration.publish.tabs import build_data_tabs

__all__ = ["build_data_tabs", "build_summary"]
