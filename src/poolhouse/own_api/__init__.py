"""Our own API, ``/poolhouse/v1/…``: what no Cognito operation tells. Signed requests only.

    endpoint   the gate: body, signature, route, answer
    routes     path and method to the function that answers
    preview    what a sign-in's tokens would say, and why
    ...        one file for each noun: governance, audit, recordings, replays, budgets

Doors: :func:`poolhouse.own_api.endpoint.answer`. Everything here is for administrators: a preview
or a replay runs code, so whoever may ask for one may as well deploy. ``docs/reference/own-api.md``
describes requests and answers.
"""
