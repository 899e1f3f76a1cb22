"""What is asked of every page, after WCAG 2.2 AA; each check returns what is wrong on the page that is open.

The names of the checks are those in `accessibility.toml`, from which the statement of the website is made.
"""

from collections.abc import Callable, Iterator, Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SMALLEST_TARGET = 44
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

SMALL_TARGETS = """least => {
  const inText = e => e.matches("a") && getComputedStyle(e).display === "inline";
  const target = e => e.matches("input[type=radio], input[type=checkbox]") ? e.labels[0] ?? e : e;
  const targets = "a[href], button, summary, input:not([type=hidden]), select, textarea";
  return [...document.querySelectorAll(targets)]
    .filter(e => e.checkVisibility() && !e.matches(".skip") && !e.closest(".unseen") && !inText(e))
    .map(e => [e, target(e).getBoundingClientRect()])
    .filter(([, box]) => Math.round(box.height) < least || Math.round(box.width) < least)
    .map(([e, box]) => `${Math.round(box.width)} by ${Math.round(box.height)}: ${e.outerHTML.slice(0, 150)}`);
}"""

UNMARKED = """tag => {
  const faults = [];
  const html = document.documentElement;
  if (html.lang !== tag) faults.push(`the page says that it is in ${html.lang}`);
  const isRight = ["ar", "fa"].includes(tag);
  if (getComputedStyle(html).direction !== (isRight ? "rtl" : "ltr")) faults.push("wrong direction");
  const all = selector => [...document.querySelectorAll(selector)];
  const tell = (what, e) => faults.push(`${what}: ${e.outerHTML.slice(0, 100)}`);
  for (const e of all(".desk, .place > p:first-child, .place address, .help-lines strong"))
    if (e.lang !== "nl") tell("Dutch is not marked", e);
  for (const e of all(".language, .door[hreflang]"))
    if (!e.matches("summary") && !e.lang) tell("a language is not marked", e);
  for (const e of all(".typed, textarea"))
    if (e.getAttribute("dir") !== "auto") tell("no dir=auto", e);
  for (const e of all("a[href^='tel:'], a[href^='mailto:'], .code"))
    if (e.dir !== "ltr" && !e.closest(".danger")) tell("a number may be turned round", e);
  return faults;
}"""

STRUCTURE = """() => {
  const faults = [];
  const count = document.querySelectorAll("h1").length;
  if (count !== 1) faults.push(`${count} main headings`);
  for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const name of ["aria-describedby", "aria-labelledby"])
      for (const id of (e.getAttribute(name) ?? "").split(/\\s+/).filter(Boolean))
        if (!document.getElementById(id)?.textContent.trim()) faults.push(`nothing at #${id}`);
  const list = document.querySelector(".faults");
  if (!list) return faults;
  if (document.activeElement?.id !== "faults") faults.push("the list of faults has no focus");
  const heading = list.querySelector("h2").textContent;
  if (!document.title.includes(heading)) faults.push("the title hides the faults");
  for (const link of list.querySelectorAll("a")) {
    const field = document.getElementById(link.hash.slice(1));
    const described = (field?.getAttribute("aria-describedby") ?? "").split(/\\s+/);
    if (!field) faults.push(`${link.hash} is not there`);
    else if (field.matches("input, select, textarea")) {
      if (field.getAttribute("aria-invalid") !== "true") faults.push(`${link.hash} is not marked as wrong`);
      if (!described.includes(`${field.id}-fault`)) faults.push(`${link.hash} does not tell what is wrong`);
    }
  }
  return faults;
}"""

UNDER_KEYBOARD = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const faults = [];
  const style = getComputedStyle(e);
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  if (!marked) faults.push("no mark of the focus");
  const box = e.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const covered = !top || !(e.contains(top) || top.contains(e) || top.closest("label")?.control === e);
  if (covered) faults.push("covered by something else");
  return [e.outerHTML.slice(0, 150), faults];
}"""


def axe_faults(page: Page) -> list[str]:
    """Return what axe finds wrong, at the top of the page: what is scrolled half under a bar is not small."""
    page.evaluate("window.scrollTo(0, 0)")
    options = {"runOnly": list(RULES), "resultTypes": ["violations"]}
    violations = Axe().run(page, options=options).response["violations"]
    return [f"{fault['id']}: {node['html'][:150]}" for fault in violations for node in fault["nodes"][:1]]


def reflow_faults(page: Page) -> list[str]:
    """Return by how much a page is wider than the window (WCAG 1.4.10)."""
    width = page.evaluate("document.documentElement.scrollWidth")
    seen = page.viewport_size or {"width": 0}
    return [f"{width} wide"] if width > seen["width"] else []


def target_faults(page: Page) -> list[str]:
    """Return what is too small to be touched; links inside a sentence may be (WCAG 2.5.8)."""
    return list(page.evaluate(SMALL_TARGETS, SMALLEST_TARGET))


def structure_faults(page: Page) -> list[str]:
    """Return what a screen reader would miss: the heading, descriptions, and the list of faults."""
    return list(page.evaluate(STRUCTURE))


def language_faults(page: Page) -> list[str]:
    """Return which words are not marked with their language or direction (WCAG 3.1.2)."""
    return list(page.evaluate(UNMARKED, page.evaluate("document.documentElement.lang")))


def keyboard_faults(page: Page) -> list[str]:
    """Return what the Tab key reaches unmarked or under something else (WCAG 2.4.7, 2.4.11)."""
    page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    faults = [f"{told}: {element}" for element, found in _tabbed(page) for told in found]
    page.evaluate("document.getElementById('faults')?.focus()")
    return faults


def _tabbed(page: Page) -> Iterator[tuple[str, list[str]]]:
    """Press Tab until it leaves the page, and yield what it reached."""
    for _ in range(400):
        page.keyboard.press("Tab")
        reached = page.evaluate(UNDER_KEYBOARD)
        if reached is None:
            return
        yield reached
    yield "the page", ["the Tab key never leaves it"]


CHECKS: Mapping[str, Callable[[Page], list[str]]] = {
    "axe": axe_faults,
    "reflow": reflow_faults,
    "targets": target_faults,
    "structure": structure_faults,
    "languages": language_faults,
    "keyboard": keyboard_faults,
}
"""The checks by their name; `structure` comes before `keyboard`, which moves the focus."""
