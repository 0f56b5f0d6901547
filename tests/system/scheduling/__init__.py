"""The scheduler on one machine and on several: killed, simulated over many days, one run at a time."""
