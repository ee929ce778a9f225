"""User import: jobs that turn an uploaded CSV file into users.

Doors: :mod:`poolhouse.imports.jobs` (making, starting and stopping them),
:mod:`poolhouse.imports.files` (where their files lie, and who may upload one) and
:mod:`poolhouse.imports.runner` (the work, in the background of every server process). The room must
not know HTTP.
"""
