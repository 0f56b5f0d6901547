"""The tests of the sources: the folder and the shapes of what it holds."""
