"""What Alembic runs for each command: our connection, which is in a transaction already, and our tables."""

from __future__ import annotations

from alembic import context

from integration.adapters.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
