"""The hooks for machines: forms, Pub/Sub, Drive."""
