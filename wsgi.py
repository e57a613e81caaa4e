"""The application for a WSGI server: `gunicorn wsgi:app`. The tables must exist: `directory serve` makes them."""

from directory import create_app

app = create_app()
