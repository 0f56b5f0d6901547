"""Writing tabs into spreadsheets in Google: desired state against what stands there, differences only."""
