"""An auditor of what leaders receive, written from the ten rules of disclosure alone.

It reads what was published as a leader would, and `data.xlsx` as the truth, and shares no code with the module that
decides what is hidden. `python -m tests.disclosure FOLDER...` runs it on publications in the order of time.

To read it from top to bottom: `cells.py` says what a published figure is, `published.py` reads them, `truth.py` the
answers behind them. `history.py` finds what stands for the same people over several publications, `system.py` writes
it down as sums of whole numbers, `intruder.py` asks a solver what follows; `subtraction.py` holds whatever can be added
and subtracted against the first four rules, `needless.py` looks for what could be shown. `audit.py` does it all.

What it is tried on are ten programmes (`programmes.py`), of which six months are played through the service with late,
edited, corrected and erased answers and a changed YAML in between: `python -m tests.disclosure.months NAME OUT`.
"""
