"""How fast it is: ratios taken in one run, never asserted in a test. ``python3 dev.py bench``."""
