"""Push notifications from Google: watches of forms, channels of spreadsheets, tokens of Pub/Sub."""
