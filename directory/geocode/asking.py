"""Asking a Nominatim server through geopy, politely: one request a second, who we are, never for ever."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from geopy.adapters import AdapterHTTPError, RequestsAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim

from directory.config import BadSetting, Settings
from directory.geocode.places import NoPlace, Problem
from directory.tiles import user_agent
from directory.vocabulary import N_

BIGGEST: Final = 1024 * 1024  # bytes; an honest answer has a thousandth of it
PAUSES_SECONDS: Final = (2.0, 6.0)  # before the second and the third try of one address
PUBLIC: Final = "nominatim.openstreetmap.org"
_OURS: Final = (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges, GeocoderQuotaExceeded)
_ONCE: Final = (GeocoderParseError, GeocoderQueryError)


def open_server(settings: Settings) -> Server | None:
    """The server that NOMINATIM_URL names, None without one; raise BadSetting when it may not be asked like that."""
    if not settings.nominatim_url:
        return None
    host = _host(settings.nominatim_url)
    if not settings.contact_email:
        raise BadSetting("NOMINATIM_URL needs CONTACT_EMAIL: a Nominatim server must know whom to tell of a problem")
    if host == PUBLIC and settings.nominatim_delay < 1:
        raise BadSetting(f"NOMINATIM_DELAY must be at least 1 for {PUBLIC}")
    if settings.nominatim_timeout <= 0:
        raise BadSetting("NOMINATIM_TIMEOUT must be more than 0")
    who = user_agent(settings.contact_email, settings.public_url)
    return Server(settings.nominatim_url, who, settings.nominatim_delay, settings.nominatim_timeout)


def _host(address: str) -> str:
    with suppress(ValueError):  # brackets without their end, a port that is no number
        url = urlsplit(address)
        usable = url.scheme in ("http", "https") and url.port != 0 and not (url.query or url.fragment)
        if usable and url.hostname:
            return url.hostname
    raise BadSetting(f"NOMINATIM_URL must be the address of a server such as https://{PUBLIC}")


class Server:
    """One Nominatim server; `requests` counts what it was sent, `provider` names it without its password."""

    def __init__(self, url: str, agent: str, delay_s: float = 1.0, timeout_s: float = 10.0) -> None:
        parts = urlsplit(url)
        self.provider = f"{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/").lower()
        self.requests = 0
        domain = f"{parts.netloc}{parts.path}".rstrip("/")
        self._nominatim = _Nominatim(
            domain=domain, scheme=parts.scheme, user_agent=agent, timeout=timeout_s, adapter_factory=_Adapter
        )
        self.limited = RateLimiter(
            self._request,
            min_delay_seconds=delay_s,
            max_retries=0,  # its own would repeat what a server refuses, and log every address
            error_wait_seconds=delay_s,
            swallow_exceptions=False,
        )
        self.sleep: Callable[[float], None] = time.sleep

    def _request(self, query: Mapping[str, str]) -> Any:
        self.requests += 1
        address = {name: value for name, value in query.items() if name != "country"}
        return self._nominatim.geocode(address, country_codes=query["country"].lower(), addressdetails=True)

    def ask(self, query: Mapping[str, str]) -> Any:
        """The answer's JSON to {street, city, postalcode, country}; raise NoPlace when there is none."""
        for pause in (*PAUSES_SECONDS, None):
            try:
                return self.limited(query)
            except _OURS as refusal:
                raise _turned_away(refusal) from refusal
            except _ONCE as refusal:
                raise _failed(refusal) from refusal
            except GeocoderServiceError as failure:
                if pause is None:
                    raise _failed(failure) from failure
            self.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        self._nominatim.adapter.session.close()


def _turned_away(refusal: GeocoderServiceError) -> NoPlace:
    wait = getattr(refusal, "retry_after", None) or 0
    return NoPlace("turned_away", Problem("turned_away", N_("The geocoder wants no requests from us now.")), wait)


def _failed(failure: GeocoderServiceError) -> NoPlace:
    """What geopy's error means to the administrator; its text stays out: it repeats the address."""
    cause = failure.__cause__
    if isinstance(failure, GeocoderParseError):
        problem = Problem("not_json", N_("The geocoder did not answer in JSON."))
    elif isinstance(cause, AdapterHTTPError):
        told = {"status": cause.status_code}
        problem = Problem("http_status", N_("The geocoder answered with the error %(status)s."), told)
    elif isinstance(failure, GeocoderTimedOut):
        problem = Problem("timed_out", N_("The geocoder did not answer in time."))
    else:
        problem = Problem("unavailable", N_("The geocoder cannot be reached."))
    return NoPlace("failed", problem)


class _Nominatim(Nominatim):  # type: ignore[misc]  # geopy has no types
    """geopy's, with the newer answer format, read by us: geopy takes `null` for an empty list and no latitude for 0."""

    def _construct_url(self, base_api: str, params: Mapping[str, Any]) -> str:
        return str(super()._construct_url(base_api, {**params, "format": "jsonv2"}))

    def _parse_json(self, places: Any, exactly_one: bool) -> Any:
        return places


class _Adapter(RequestsAdapter):  # type: ignore[misc]  # geopy has no types
    """geopy's, without retries that would not wait their turn, and with an end to every answer's time and size."""

    def __init__(self, *, proxies: object, ssl_context: object) -> None:
        super().__init__(proxies={}, ssl_context=ssl_context, max_retries=0)
        self.session.trust_env = True  # HTTPS_PROXY and NO_PROXY, like the rest of the machine
        self.session.max_redirects = 2
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        status, told, body = self._answer(url, timeout, headers)
        if status >= 400:
            raise AdapterHTTPError(f"status {status}", status_code=status, headers=told, text="")
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as problem:
            raise GeocoderParseError(type(problem).__name__) from problem

    def _answer(self, url: str, timeout: float, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body; no body with an error, and not all of one that is too big or too slow."""
        give_up_at, body = time.monotonic() + timeout, b""
        try:
            with self.session.get(url, timeout=timeout, headers=headers, stream=True) as answer:
                while answer.ok and (piece := answer.raw.read1(BIGGEST)):
                    body += piece
                    if len(body) > BIGGEST or time.monotonic() > give_up_at:
                        raise requests.Timeout
                return answer.status_code, answer.headers, body
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as problem:
            raise GeocoderTimedOut(type(problem).__name__) from problem
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as problem:
            raise GeocoderUnavailable(type(problem).__name__) from problem
