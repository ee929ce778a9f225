"""One function per operation, in the file of its noun, named as boto3 names it.

``@operation`` finds the operation in the service model by the function's name; there is no other
table to keep. ``request`` is parsed, checked against its input shape, and keeps the wire's names;
the answer is checked against the output shape. Bookkeeping goes straight to the store, rules are
in :mod:`poolhouse.domain`, and what several faces share is a service. An operation that has no
function here says so in its answer, by itself.
"""
