"""The baseline: a bare Flask endpoint that inserts one row with psycopg and reads nothing."""

import os
from threading import local

import psycopg
from flask import Flask, request
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

INSERT = "INSERT INTO baseline_row (topic, body) VALUES (%s, %s)"


class Base(DeclarativeBase):
    """The base of the one table of the baseline."""


class BaselineRow(Base):
    """What the baseline inserts, for the variant with the ORM."""

    __tablename__ = "baseline_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    body: Mapped[str]


class Connections(local):
    """Two connections of each thread, which stay open: with transactions, and without."""

    def __init__(self) -> None:
        url = os.environ["BASELINE_DATABASE_URL"]
        self.transacting = psycopg.connect(url)
        self.autocommitting = psycopg.connect(url, autocommit=True)


app = Flask(__name__)
connections = Connections()
engine = create_engine(make_url(os.environ["BASELINE_DATABASE_URL"]).set(drivername="postgresql+psycopg"))


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


@app.post("/three-rows-by-the-orm")
def post_three_rows() -> tuple[dict[str, str], int]:
    """Insert three rows with SQLAlchemy's ORM: what a plain application of that kind costs."""
    body = request.get_json()
    with Session(engine) as session, session.begin():
        session.add_all(BaselineRow(topic=body["topic"], body=body["text"]) for _ in range(3))
    return {"status": "received"}, 201
