"""Sends mail: the bytes of a message, a mail server by SMTP, the outbox folder."""
