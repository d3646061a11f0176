"""Requests that are a little, or not at all, other than good ones."""

import copy
import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from .wire import Request

OTHERS = (None, True, 5, 1.5, -1, 2**40, 2**70, "x", "", [], {}, [None], {"x": 1}, "2026-12-24",
          "50", "true", "b737dad2-2f6c-4c65-90e3-ca563267e8b9", "not~base64!")
TIMES = ("2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-12-24", "2026-12-24T16:00:00",
         "2026-12-24 16:00:00Z", "2026-12-24T16:00Z", "2026-12-24T24:00:00Z", "2026-12-24t16:00:00z",
         "2026-12-24T16:00:00+25:00", "2026-12-24T16:00:00.Z", "2026-12-24T16:00:00+0100",
         "2024-02-29T16:00:00-12:00", "20261224T160000Z", "2026-12-24T16:00:00Z ", "today", "", None)
GUIDS = ("b737dad2-2f6c-4c65-90e3-ca563267e8bz", "b737dad22f6c4c6590e3ca563267e8b9", "x", "", None,
         "{b737dad2-2f6c-4c65-90e3-ca563267e8b9}", "B737DAD2-2F6C-4C65-90E3-CA563267E8B9",
         "b737dad2-2f6c-4c65-90e3-ca563267e8b", " b737dad2-2f6c-4c65-90e3-ca563267e8b9")
NUMBERS = (2**31, -(2**31) - 1, 2**31 - 1, 2**63, 2**70, 1.0, 1.5, 1e2, "5", True, None)
# Of a value that looks so, the others that are almost like it.
LOOKS = ((re.compile(r"\d{4}-\d\d-\d\d[Tt]"), TIMES), (re.compile(r"[\da-f]{8}-[\da-f]{4}-"), GUIDS),
         (re.compile(r"-?\d+$"), NUMBERS))
OPTIONS = ("$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$count", "$search",
           "$skiptoken", "$format", "$apply", "$Top", "$selct", "select", "top", "x", "api-version")
OPTION_VALUES = ("", "id", "5", "0", "-1", "+5", "5.0", "x", "true", "True", "1", "id,displayName",
                 "99999999999999999999999", "displayName eq 'x'", " 5", "null")
SEGMENTS = ("toys", "$count", "$ref", "$value", "delta", "delta()", "", "graph.user",
            "microsoft.graph.group", "members", "details", "me", "%20", "a%2Fb", "('x')", "$batch")
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
TYPES = ("application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "text/plain",
         "application/json;odata.metadata=minimal", "application/xml", "json", "")
TEXTS = ("", " ", "{", "{}", "[]", "null", "5", '"x"', '{"x":NaN}', "{} {}", '{"title":"x",}')


@dataclass
class Draft:
    """A request in parts."""

    method: str
    segments: list
    query: list
    headers: list
    body: object
    text: str | None
    by: str

    @classmethod
    def of(cls, request):
        body = json.loads(request.body) if request.body else None
        query = parse_qsl(request.query, keep_blank_values=True)
        return cls(request.method, request.path.removeprefix("/v1.0/").split("/"), query,
                   list(request.headers), body, None, request.by)

    def request(self):
        text = self.text
        if text is None:
            text = "" if self.body is None else json.dumps(self.body)
        query = urlencode(self.query, safe="$',()", quote_via=quote)
        return Request(self.method, "/v1.0/" + "/".join(self.segments), query, self.headers, text,
                       self.by)


class Mutator:
    """Changes requests in one place at a time."""

    def __init__(self, rng):
        self._rng = rng
        of_all = [self.segment, self.method, self.option, self.value, self.header]
        of_body = [self.member, self.member, self.member, self.remove, self.more, self.rename,
                   self.annotate, self.nest, self.media_type, self.text]
        self._ways = (of_all, of_all + 2 * of_body)

    def changed(self, request, times):
        draft = Draft.of(copy.deepcopy(request))
        ways = self._ways[draft.body is not None]
        for _ in range(times):
            self._rng.choice(ways)(draft)
        return draft.request()

    def batch(self, requests):
        """The requests, and what was changed in them, in one."""
        items = [{"id": str(at)} | _item(request) for at, request in enumerate(requests)]
        if len(items) > 1 and self._rng.random() < 0.3:
            items[-1]["dependsOn"] = [items[0]["id"]]
        body = json.dumps({"requests": items})
        return Request("POST", "/v1.0/$batch", "", [("Content-Type", "application/json")], body)

    def segment(self, draft):
        rng, at = self._rng, self._rng.randrange(len(draft.segments))
        match rng.randrange(7):
            case 0:
                draft.segments.append(rng.choice(SEGMENTS))
            case 6:
                draft.segments.insert(at, rng.choice(SEGMENTS))
            case 1:
                draft.segments[at] = rng.choice(SEGMENTS)
            case 2 if len(draft.segments) > 1:
                del draft.segments[at]
            case 3:
                draft.segments[at] = draft.segments[at].swapcase()
            case 4 if at > 0:
                # The same key, written in parentheses.
                key = draft.segments.pop(at)
                draft.segments[at - 1] += f"('{key}')"
            case _:
                draft.segments[at] = "".join(f"%{byte:02X}" for byte in draft.segments[at].encode()
                                             ) if "%" not in draft.segments[at] else "x"

    def method(self, draft):
        draft.method = self._rng.choice(METHODS)

    def option(self, draft):
        rng = self._rng
        if draft.query and rng.random() < 0.3:
            draft.query.append(rng.choice(draft.query))
        else:
            draft.query.append((rng.choice(OPTIONS), rng.choice(OPTION_VALUES)))

    def value(self, draft):
        if draft.query:
            at = self._rng.randrange(len(draft.query))
            draft.query[at] = (draft.query[at][0], self._rng.choice(OPTION_VALUES))

    def header(self, draft):
        rng = self._rng
        more = [("ConsistencyLevel", rng.choice(("eventual", "Eventual", "strong", ""))),
                ("Prefer", rng.choice(("return=representation", "x", "respond-async, wait=5"))),
                ("If-Match", rng.choice(("*", 'W/"x"', "", "x"))), ("X-Own", "1")]
        name, value = rng.choice(more)
        draft.headers = [entry for entry in draft.headers if entry[0] != name]
        if rng.random() < 0.6:
            draft.headers.append((name, value))

    def media_type(self, draft):
        draft.headers = [entry for entry in draft.headers if entry[0] != "Content-Type"]
        if self._rng.random() < 0.8:
            draft.headers.append(("Content-Type", self._rng.choice(TYPES)))

    def text(self, draft):
        if self._rng.random() < 0.4:
            draft.text = self._rng.choice(TEXTS)

    def member(self, draft):
        holder, key = self._place(draft)
        if holder is not None:
            like = [others for look, others in LOOKS if look.match(json.dumps(holder[key]).strip('"'))]
            others = like[0] if like and self._rng.random() < 0.7 else OTHERS
            holder[key] = copy.deepcopy(self._rng.choice(others))

    def remove(self, draft):
        holder, key = self._place(draft)
        if holder is not None:
            del holder[key]

    def more(self, draft):
        holder, key = self._place(draft)
        if isinstance(holder, dict):
            holder[self._rng.choice(("colour", "Id", "x-y", f"{key}s"))] = self._rng.choice(OTHERS)
        elif holder is not None:
            holder += [copy.deepcopy(holder[key])] * self._rng.choice((1, 20))

    def rename(self, draft):
        holder, key = self._place(draft)
        if isinstance(holder, dict):
            holder[key.swapcase()] = holder.pop(key)

    def annotate(self, draft):
        holder, key = self._place(draft)
        if isinstance(holder, dict):
            name = self._rng.choice(("@odata.type", "@odata.etag", "@own.note", f"{key}@odata.type"))
            holder[name] = self._rng.choice(("x", 5, None))

    def nest(self, draft):
        holder, key = self._place(draft)
        if holder is not None:
            inner = holder[key]
            holder[key] = self._rng.choice(([inner], {"value": inner}, json.dumps(inner)))

    def _place(self, draft):
        """Some object or array inside the body, and a key in it."""
        places, holders = [], [draft.body]
        while holders:
            holder = holders.pop()
            entries = holder.items() if isinstance(holder, dict) else enumerate(holder)
            for key, value in entries:
                places.append((holder, key))
                if isinstance(value, (dict, list)):
                    holders.append(value)
        return self._rng.choice(places) if places else (None, None)


def _item(request):
    query = f"?{request.query}" if request.query else ""
    item = {"method": request.method, "url": request.path.removeprefix("/v1.0") + query}
    if request.headers:
        item["headers"] = dict(request.headers)
    try:
        item["body"] = json.loads(request.body, parse_constant=float)
    except ValueError:
        if request.body:
            item["body"] = request.body
    return item
