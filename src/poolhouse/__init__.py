"""poolhouse: Amazon Cognito user pools on your own machines.

The package is a house of four floors; imports go down only (``tests/unit/test_floors.py``).
Start reading at :mod:`poolhouse.app`, then follow the walk in ``CONTRIBUTING.md``.
"""

__version__ = "0.1.0"
