"""Errors: a page in the reader's language that says what is wrong and where to go from there. Never a trace."""

from __future__ import annotations

from flask import Flask, jsonify, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, ServiceUnavailable
from werkzeug.wrappers import Response

from directory.search import BadArguments
from directory.traces import without_values
from directory.vocabulary import N_
from directory.web import problems
from directory.web.languages import gettext

Answer = Response | tuple[str | Response, int]
_TITLES = {
    400: N_("This address cannot be understood"),
    403: N_("This page is closed"),
    404: N_("This page does not exist"),
    405: N_("This page does not exist"),
    413: N_("This is too large"),
    414: N_("This address is too long"),
    500: N_("Something went wrong on our side"),
    503: N_("This site is resting for a moment"),
}


def explain(app: Flask) -> None:
    """Give every error its page."""

    @app.errorhandler(BadArguments)
    def bad_arguments(error: BadArguments) -> Answer:
        if problems.are_wanted():
            return problems.of_arguments(error, _TITLES[400])
        title = gettext(_TITLES[400])
        return render_template("error.html", code=400, title=title, problems=error.problems), 400

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Answer:
        code = error.code or 500
        if code < 400 or error.response is not None:
            return error.get_response()  # a redirect
        answer = make_response(_answer(error, code))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer

    @app.errorhandler(SQLAlchemyError)
    def database(error: SQLAlchemyError) -> Answer:
        app.logger.error("database: %s", type(error).__name__)  # the statement holds what the visitor typed
        return http(ServiceUnavailable())

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Answer:
        if app.testing or app.debug:
            raise error
        app.logger.error("%s on %s", type(error).__name__, request.endpoint, exc_info=without_values(error))
        return http(InternalServerError())


def _answer(error: HTTPException, code: int) -> Answer:
    title = _TITLES.get(code, _TITLES[400 if code < 500 else 500])
    if problems.are_wanted():
        return problems.problem(code, title)
    if request.path == "/healthz":
        return _unhealthy(code)
    return render_template("error.html", code=code, title=gettext(title), problems=()), code


def _unhealthy(code: int) -> tuple[Response, int]:
    response = jsonify(status="unavailable")
    response.headers["Cache-Control"] = "no-store"
    return response, code
