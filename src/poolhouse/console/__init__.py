"""The console, a web page at ``/console``: files that a browser loads, and nothing else.

    pages      the page and its files over HTTP, with their policy and their ETags
    static/    the page: style sheet, ES modules without a build step, vendored libraries

Doors: :func:`poolhouse.console.pages.matches` and :func:`poolhouse.console.pages.answer`. The room
must not know what a pool is: the page acts through the public APIs only, with requests that the
browser signs, so it can do what any other signed client can and no more.
"""
