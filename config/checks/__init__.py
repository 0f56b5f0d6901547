"""Cross-checks: what must agree between the files, and within one beyond what its model can say. No reading here.

Each check takes the partial configuration (`config.partial`) and gives problems; none follows only from a mistake in
another file. forms and sheets are checked in `sources`, measures.yaml and packs.yaml in `measures`, programme.yaml,
google.yaml, jobs.yaml and alerts.yaml in `programme`.
"""
