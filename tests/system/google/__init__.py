"""Stories of the programme with Google on both ends."""
