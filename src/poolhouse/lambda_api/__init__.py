"""The Lambda API: enough of it to register, call and inspect functions with the usual clients.

Doors: ``answer`` and ``matches`` of :mod:`poolhouse.lambda_api.endpoint`. The room must not know
what a user pool is; running code is the business of ``functions``.
"""
