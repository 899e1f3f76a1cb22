"""The rules of JSON-stat 2.0 (json-stat.org/full) that a program relies on, and a reader of its cubes."""

from datetime import date
from math import prod
from typing import Any

Json = dict[str, Any]


def check_collection(document: Json) -> None:
    """Fail unless a document is a JSON-stat collection of datasets."""
    assert (document["version"], document["class"]) == ("2.0", "collection")
    assert isinstance(document["label"], str)
    date.fromisoformat(document["updated"])
    check_notes(document["note"])
    for links in document["link"].values():
        assert isinstance(links, list)
    for item in document["link"]["item"]:
        assert item["class"] == "dataset"
        check_dataset(item)


def check_dataset(dataset: Json) -> None:
    """Fail unless a dataset is one: its dimensions, categories, roles, values and statuses agree."""
    assert (dataset["version"], dataset["class"]) == ("2.0", "dataset")
    ids, sizes = dataset["id"], dataset["size"]
    assert len(ids) == len(set(ids)) == len(sizes)
    assert set(dataset["dimension"]) == set(ids)
    for name, size in zip(ids, sizes, strict=True):
        check_dimension(dataset["dimension"][name], size)
    roles = [name for names in dataset["role"].values() for name in names]
    assert set(dataset["role"]) <= {"time", "geo", "metric"}
    assert len(roles) == len(set(roles))
    assert set(roles) <= set(ids)
    places = {str(place) for place in range(prod(sizes))}
    values, statuses = dataset["value"], dataset.get("status", {})
    assert set(values) <= places
    assert set(statuses) <= places
    assert all(isinstance(value, int) and not isinstance(value, bool) for value in values.values())
    assert all(isinstance(status, str) for status in statuses.values())
    date.fromisoformat(dataset["updated"])
    check_notes(dataset["note"])


def check_dimension(dimension: Json, size: int) -> None:
    """Fail unless the categories of a dimension are as many as they should be, each with a label."""
    category = dimension["category"]
    assert isinstance(dimension["label"], str)
    assert len(category["index"]) == len(set(category["index"])) == size > 0
    assert set(category["label"]) == set(category["index"])
    assert set(category.get("unit", {})) <= set(category["index"])


def check_notes(notes: object) -> None:
    """Fail unless notes are a list of texts."""
    assert isinstance(notes, list)
    assert all(isinstance(note, str) for note in notes)


def place_of(dataset: Json, **categories: str) -> str:
    """Return the place of a cell, given the category of every dimension with _ for -."""
    place = 0
    for name, size in zip(dataset["id"], dataset["size"], strict=True):
        chosen = categories[name.replace("-", "_")]
        place = place * size + dataset["dimension"][name]["category"]["index"].index(chosen)
    return str(place)
