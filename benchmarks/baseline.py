"""The baseline: a bare Flask endpoint that inserts one row with psycopg and reads nothing."""

import os
from threading import local

import psycopg
from flask import Flask, request

INSERT = "INSERT INTO baseline_row (topic, body) VALUES (%s, %s)"


class Connections(local):
    """Two connections of each thread, which stay open: with transactions, and without."""

    def __init__(self) -> None:
        url = os.environ["BASELINE_DATABASE_URL"]
        self.transacting = psycopg.connect(url)
        self.autocommitting = psycopg.connect(url, autocommit=True)


app = Flask(__name__)
connections = Connections()


@app.post("/rows")
def post_row() -> tuple[dict[str, str], int]:
    """Insert one row in a transaction, as psycopg does unless it is told otherwise."""
    body = request.get_json()
    connection = connections.transacting
    connection.execute(INSERT, (body["topic"], body["text"]))
    connection.commit()
    return {"status": "received"}, 201


@app.post("/rows-autocommitted")
def post_row_autocommitted() -> tuple[dict[str, str], int]:
    """Insert one row without BEGIN and COMMIT, which saves two round trips."""
    body = request.get_json()
    connections.autocommitting.execute(INSERT, (body["topic"], body["text"]))
    return {"status": "received"}, 201
