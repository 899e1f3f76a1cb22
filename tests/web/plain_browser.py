"""A browser without scripts and cookies: it reads the form of a page, fills it in and presses its buttons."""

from collections.abc import Mapping
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = {"input", "link", "meta", "br", "img"}


class Element:
    """An element of a page with its attributes and all text inside it."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


class Page(HTMLParser):
    """A page as a list of elements; `form` holds what its form would send."""

    def __init__(self, html: str, status: int) -> None:
        super().__init__()
        self.html = html
        self.status = status
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.form = dict(self._filled_in())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with this tag and these attributes, in the order of the page."""
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """Return the only such element."""
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def heading(self) -> str:
        """The one main heading."""
        return self.one("h1").text.strip()

    def _filled_in(self) -> list[tuple[str, str]]:
        fields = []
        for element in self.elements:
            named = element.attributes
            match element.tag:
                case "input" if named.get("type") not in {"radio", "checkbox"} or "checked" in named:
                    fields.append((named["name"], named.get("value", "")))
                case "textarea":
                    fields.append((named["name"], element.text.removeprefix("\n")))
                case "select":
                    fields.append((named["name"], self._chosen(element)))
        return fields

    def _chosen(self, select: Element) -> str:
        start = self.elements.index(select) + 1
        options = []
        for element in self.elements[start:]:
            if element.tag not in {"option", "optgroup"}:
                break
            if element.tag == "option":
                options.append(element)
        chosen = next((option for option in options if "selected" in option.attributes), options[0])
        return chosen["value"]


class PlainBrowser:
    """Walks through the pages as somebody with an old phone does."""

    def __init__(self, client: FlaskClient, headers: Mapping[str, str] | None = None) -> None:
        self._client = client
        self._headers = dict(headers or {})
        self.page = self.get("/")

    def get(self, address: str, **headers: str) -> Page:
        """Go to an address."""
        response = self._client.get(address, headers=self._headers | headers, follow_redirects=True)
        self.page = Page(response.text, response.status_code)
        return self.page

    def post(self, address: str, fields: dict[str, str]) -> Page:
        """Send fields to an address, such as those of a page that was kept."""
        response = self._client.post(address, data=fields, headers=self._headers)
        self.page = Page(response.text, response.status_code)
        return self.page

    def send(self, to: str | None = None, **typed: str) -> Page:
        """Fill in the form and press its own button, or the one that sends it to another address."""
        form = self.page.one("form")
        address = to or form["action"]
        if to is not None:
            assert self.page.all("button", formaction=to), f"no button leads to {to}"
        return self.post(address, {**self.page.form, **typed})
