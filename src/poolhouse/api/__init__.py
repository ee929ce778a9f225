"""The AWS JSON face: ``POST /`` with ``X-Amz-Target``, driven by botocore's service model.

Doors: :func:`poolhouse.api.endpoint.answer`. The model names the operations and checks the input;
``operations/`` holds one function per operation, in the file of its noun. The room must not know
how tokens are made or where rows are kept: it parses, asks, and renders.
"""
