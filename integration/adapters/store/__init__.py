"""The store: everything received, every version of it, and what the service works out and remembers."""

from integration.adapters.store.store import Store, open_store

__all__ = ["Store", "open_store"]
