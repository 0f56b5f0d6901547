"""Running by itself: planner, runs, the single machine, workers on several, the heartbeat."""
