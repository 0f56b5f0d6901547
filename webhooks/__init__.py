"""The web side: takes in what forms, Pub/Sub and Drive send, by Flask behind waitress."""
