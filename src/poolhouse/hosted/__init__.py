"""The pages face: what a person sees of a user pool, rendered here, working without JavaScript.

Doors: :func:`poolhouse.hosted.routes.matches` and :func:`poolhouse.hosted.routes.answer`. What a
page decides is the services' business; where it leads is :mod:`poolhouse.oauth`'s.
"""
