"""What a WSGI server runs: `gunicorn wsgi:app`."""

from cspm_dashboard import create_app

app = create_app()
