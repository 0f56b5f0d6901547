"""What goes out to workbooks: the project team's tabs, and the leaders' summary of one authority.

Pure: values in, `Tab` and `Summary` out; an adapter writes them. Leaders are shown only what `integration.disclose`
made.
"""

from integration.publish.summary import build_summary
from integration.publish.tabs import build_data_tabs

__all__ = ["build_data_tabs", "build_summary"]
