"""``POST /poolhouse/v1/preview``: what a sign-in's tokens would say, and why. Signed requests only.

Body, a JSON object: ``pool``, ``client``; ``user`` (a name), or ``attributes`` and ``groups`` of
somebody who need not exist; ``source`` (a trigger source; ClientCredentials needs no user);
``scopes``; ``metadata``; ``function`` (an ARN) and ``version`` to try another trigger.

Doors: :func:`poolhouse.preview_api.endpoint.answer`. The face asks for a signature, since a preview
runs the function: whoever may preview could as well deploy. It must not know how tokens are made.
"""
