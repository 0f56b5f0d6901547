"""One person's answers: found and shown to them, erased at once or when their time is over, and that proved."""
