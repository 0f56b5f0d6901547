"""connect: the Apps Script that tells this service at once when somebody has answered a form.

`script.js` is the script as Google runs it, and its first lines are for the form's owner; `script.py` makes of it the
script for one form.
"""

from integration.operations.connect.script import ADDRESS_ADVICE, is_loopback, make_script, parse_address

__all__ = ["ADDRESS_ADVICE", "is_loopback", "make_script", "parse_address"]
