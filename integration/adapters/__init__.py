"""One module for each outside thing; nothing else touches the world."""
