"""Log delivery: a pool's records of failed messages and of auth events, to where they shall go.

Door: :mod:`poolhouse.log_delivery.deliver`. The room must not know what the records mean.
"""
