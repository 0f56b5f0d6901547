"""An auditor of what leaders receive, written from the ten rules of disclosure alone.

It reads what was published as a leader would, and `data.xlsx` as the truth, and shares no code with the module that
decides what is hidden. `python -m tests.disclosure FOLDER...` runs it on publications in the order of time.

What it is tried on are ten programmes (`programmes.py`), of which six months are played through the service with late,
edited, corrected and erased answers and a changed YAML in between: `python -m tests.disclosure.months NAME OUT`.
"""
