"""The HTML pages that come instead of JSON: errors outside of Magento's REST layer."""

from __future__ import annotations

from reconcile.sandbox.magento.request import Response

_PAGE = """<!doctype html>
<html xmlns="http://www.w3.org/1999/xhtml" >
<head>
    <title>{title}</title>
    <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
    <meta name="robots" content="*"/>
</head>
<body>
    <main class="page-main">
<h1>{heading}</h1>
    <p>{text}</p>
    </main>
</body>
</html>
"""


def maintenance() -> Response:
    """What every request gets while the shop is in maintenance mode."""
    return _page(
        503,
        "Error 503: Service Unavailable",
        "Service Temporarily Unavailable",
        "The server is temporarily unable to service your request. Please try again later.",
    )


def not_acceptable() -> Response:
    """A request that wants HTML from the REST API makes Magento fail."""
    title = "There has been an error processing your request"
    return _page(500, title, title, "Exception printing is disabled by default.")


def not_found() -> Response:
    """A path outside ``/rest``."""
    return _page(404, "404 Not Found", "Whoops, our bad...", "The page was not found.")


def uri_too_long() -> Response:
    """What nginx and Apache answer to a request line longer than their limit."""
    return _page(414, "414 URI Too Long", "Request-URI Too Long", "The URL is too long.")


def _page(status: int, title: str, heading: str, text: str) -> Response:
    body = _PAGE.format(title=title, heading=heading, text=text).encode()
    return Response(status, body, "text/html; charset=UTF-8")
