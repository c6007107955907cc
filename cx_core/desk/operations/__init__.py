"""What goes on without anybody asking.

- `maintenance`: what time does to tickets. `leader_lease`: a round is one process's.
- `notification_settings`: who is told of what. `notification_delivery`: each told at least once.
"""
