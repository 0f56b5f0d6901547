"""Google: forms and shared sheets in, the tabs out, by one service account."""
