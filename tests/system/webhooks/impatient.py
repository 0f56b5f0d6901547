"""`python -m tests.system.webhooks.impatient` serves as `python -m webhooks` does, but waits for less long.

It cuts off a request that is not whole within two seconds, so that a test need not wait for eight.
"""

from __future__ import annotations

from functools import partial

from webhooks import server
from webhooks.__main__ import main

REQUEST_SECONDS = 2.0

if __name__ == "__main__":
    server.serve = partial(server.serve, request_seconds=REQUEST_SECONDS)
    main()
