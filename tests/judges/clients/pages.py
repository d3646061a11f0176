"""A person at the sign-in pages, with a browser that runs no scripts."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

MOST_PAGES = 12


class Page(HTMLParser):
    """What of a page a person acts on: its title, forms, links and alerts."""

    def __init__(self, address, text):
        super().__init__()
        self.address = address
        self.title = ""
        self.text = text
        self.links = []
        self.alerts = []
        self.form = None
        self._into = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self._into = None
        if tag == "title":
            self._into = "title"
        elif tag == "a":
            self.links.append(urljoin(self.address, attributes.get("href", "")))
        elif attributes.get("role") == "alert":
            self.alerts.append("")
            self._into = "alert"
        elif tag == "form" and self.form is None:
            action = urljoin(self.address, attributes.get("action", ""))
            self.form = {"action": action, "fields": {}, "buttons": [], "ticks": []}
        elif self.form is not None and tag in ("input", "button"):
            self._field(tag, attributes)

    def _field(self, tag, attributes):
        name, value = attributes.get("name"), attributes.get("value", "")
        if tag == "button":
            self.form["buttons"].append(value)
        elif attributes.get("type") == "checkbox":
            self.form["ticks"].append((name, value))
        elif name:
            self.form["fields"][name] = value

    def handle_endtag(self, tag):
        self._into = None

    def handle_data(self, data):
        if self._into == "title":
            self.title += data
        elif self._into == "alert":
            self.alerts[-1] += data


class Person:
    """Somebody with a name and a password, who agrees to what is asked unless told otherwise."""

    def __init__(self, account, *, consents=True, ticks=False):
        self._account = account
        self._consents = consents
        self._ticks = ticks
        self._browser = requests.Session()
        self.seen = []

    def follow(self, address, until=None):
        """Goes on from a page to the last one, or to an address that begins with `until`.

        Returns what is sent to that address, or the last page.
        """
        return self._go(self._get(address), until)

    def enter(self, address, code):
        """Enters the code of a device on the page for it, and goes on to the last page."""
        answer = self._get(address)
        page = Page(answer.url, answer.text)
        assert "otc" in page.form["fields"], f"{page.title!r} does not ask for a code"
        return self._go(self._post(page.form["action"], page.form["fields"] | {"otc": code}), None)

    def _get(self, address):
        return self._browser.get(address, allow_redirects=False, timeout=30)

    def _post(self, address, fields):
        return self._browser.post(address, data=fields, allow_redirects=False, timeout=30)

    def _go(self, answer, until):
        self.seen = []
        for _ in range(MOST_PAGES):
            while answer.is_redirect:
                target = urljoin(answer.url, answer.headers["location"])
                if until and target.startswith(until):
                    return dict(parse_qsl(urlsplit(target).query))
                answer = self._get(target)
            page = Page(answer.url, answer.text)
            self.seen.append(page.title)
            if page.form is None or page.alerts:
                return page
            if until and page.form["action"].startswith(until):
                # `response_mode=form_post`: the page brings the answer along.
                return page.form["fields"]
            answer = self._post(page.form["action"], self._filled(page))
        raise AssertionError(f"the pages do not end: {self.seen}")

    def _filled(self, page):
        form, fields = page.form, dict(page.form["fields"])
        if "login" in fields:
            fields |= {"login": self._account["user"], "passwd": self._account["password"]}
        if "accept" in form["buttons"]:
            fields |= dict(form["ticks"]) if self._ticks else {}
            return fields | {"act": "accept" if self._consents else "cancel"}
        for act in ("sign-in", "pick", "approve", "confirm", "cancel"):
            if act in form["buttons"]:
                return fields | {"act": act}
        return fields
