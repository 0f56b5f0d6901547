"""From facts to conditions, from conditions to alerts, and the mail that notifies the owner of them."""
