"""connect: the Apps Script that tells this service at once when somebody has answered a form.

`script.js` is the script as Google runs it, and its first lines are for the form's owner; `script.py` makes of it the
script for one form.
"""

from integration.operations.connect.script import AN_ADDRESS, is_of_this_machine, make_script, read_address

__all__ = ["AN_ADDRESS", "is_of_this_machine", "make_script", "read_address"]
