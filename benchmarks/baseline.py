"""The baseline: a bare Flask endpoint that inserts one row with psycopg and reads nothing."""

import os
from threading import local

import psycopg
from flask import Flask, request

TABLE = "CREATE TABLE baseline_row (id BIGSERIAL PRIMARY KEY, topic TEXT NOT NULL, body TEXT NOT NULL)"
INSERT = "INSERT INTO baseline_row (topic, body) VALUES (%s, %s)"

app = Flask(__name__)
thread = local()


@app.post("/rows")
def post_row() -> tuple[dict[str, str], int]:
    """Insert one row; with autocommit that is the whole transaction, in one round trip."""
    body = request.get_json()
    _connection().execute(INSERT, (body["topic"], body["text"]))
    return {"status": "received"}, 201


def _connection() -> psycopg.Connection:
    """Return the connection of this thread, which stays open."""
    if not hasattr(thread, "connection"):
        thread.connection = psycopg.connect(os.environ["BASELINE_DATABASE_URL"], autocommit=True)
    connection: psycopg.Connection = thread.connection
    return connection
