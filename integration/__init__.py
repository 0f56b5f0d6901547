"""From raw answers to numbers and packs."""
