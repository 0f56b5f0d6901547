"""What the project team edits, and the code that reads it."""
