"""The story of a customized access token, told by a real server to a real client.

Doors: :func:`poolhouse.demo.telling.tell`. The room talks to the server through boto3 and HTTP, as
users do; it must not reach into the house.
"""
