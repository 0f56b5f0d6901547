"""What counted and counts no more because the YAML changed: found (`finding`), and said (`wording`)."""
