"""The whole program with Google on both ends."""
