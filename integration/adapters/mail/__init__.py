"""Mail out: the bytes of a message, SMTP, the outbox folder."""
