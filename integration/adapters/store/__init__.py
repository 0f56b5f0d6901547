"""The store: everything received, every version of it, and what the flow remembers."""

from integration.adapters.store.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
