"""What every answer says to the browser: load nothing from elsewhere, tell nobody, keep what does not change."""

from __future__ import annotations

import secrets
from hashlib import blake2b

from flask import Flask, Response, g, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.config import Settings
from directory.web import is_secure
from directory.web.access import is_open

PAGE_SECONDS = 60
"""How long a page may be kept: "closes in 5 minutes" must not grow old."""
_POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


_BEHIND_THE_DOOR = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a browser would not tell us that a form comes from here
}


def nonce() -> str:
    """The word that lets this answer's own inline script run; asking for it puts it into the policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def protect(app: Flask, settings: Settings) -> None:
    """Add the headers, compress, and answer "not modified" where nothing changed."""
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way to wrap it
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIMETYPES=[
            *("text/html", "text/plain", "text/csv", "image/svg+xml"),
            *("application/json", "application/geo+json", "application/problem+json"),
        ],
        COMPRESS_MIN_SIZE=500,
        COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False,
    )
    app.jinja_env.globals["nonce"] = nonce
    # Flask runs these last to first: headers and digest of the page as written, then compression, then the comparison

    @app.after_request
    def compare(response: Response) -> Response:
        return _unless_known(response)

    Compress(app)

    @app.after_request
    def tell(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if not is_open():
            response.headers.update(_BEHIND_THE_DOOR)
            return _with_policy(response)
        return _kept(_with_policy(response))


def _with_policy(response: Response) -> Response:
    if response.mimetype == "text/html":
        word = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
        response.headers["Content-Security-Policy"] = _POLICY.format(nonce=word)
    if is_secure():
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def _kept(response: Response) -> Response:
    """A good page may be kept by anyone for a minute and has an ETag; its nonce does not count as a change."""
    if response.status_code != 200 or request.method not in ("GET", "HEAD"):
        response.headers.setdefault("Cache-Control", "no-store")
        return response
    if response.direct_passthrough or "Cache-Control" in response.headers:
        return response
    response.headers["Cache-Control"] = f"public, max-age={PAGE_SECONDS}"
    body = response.get_data()
    if "nonce" in g:
        body = body.replace(nonce().encode(), b"")
    response.set_etag(_digest(body), weak=True)
    return response


def _unless_known(response: Response) -> Response:
    """Not modified, where the browser has this page; it keeps the policy that has the nonce of the page it kept."""
    if response.status_code == 200 and response.mimetype in ("text/html", "application/json", "application/geo+json"):
        response.make_conditional(request)
    if response.status_code == 304:
        response.headers.pop("Content-Security-Policy", None)
    return response


def _digest(body: bytes) -> str:
    return blake2b(body, digest_size=12).hexdigest()
