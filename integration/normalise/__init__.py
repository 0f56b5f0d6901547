"""From stored answers to typed rows and issues."""
