"""Whether a tenant and the contract say the same of a request."""

import json
import re
from dataclasses import dataclass

LAYER = "x-simulated-refusal"
# What differs between two disagreements of the same cause: names, ids, dates.
PARTICULARS = re.compile(r"'[^']*'|`[^`]*`|\"[^\"]*\"|\S*\d\S*")


@dataclass
class Disagreement:
    """A request of which the tenant and the contract do not say the same."""

    request: object
    contract: str
    tenant: str

    def key(self):
        """What tells one disagreement from another of the same cause."""
        return tuple(PARTICULARS.sub("…", text) for text in (self.contract, self.tenant))

    def shown(self):
        return f"{self.request.shown()}\n  contract: {self.contract}\n  tenant:   {self.tenant}"


class Comparison:
    """Sends requests to a tenant and holds its answers against the contract's."""

    def __init__(self, tenant, judge, served):
        self._tenant = tenant
        self._judge = judge
        self._served = served
        self.counts = {}

    def of(self, request, *, good=False):
        """The disagreement, if there is any. A good request breaks no documented rule either."""
        exchange = self._tenant.send(request)
        if "InvalidAuthenticationToken" in exchange["response_body"]:
            raise RuntimeError(f"the token is no good any more: {request.shown()}")
        verdict = self._judge.exchange(exchange)
        refused_by = dict(exchange["response_headers"]).get(LAYER, "nobody")
        self._count(refused_by)
        if good and refused_by == "rule":
            told = f"refused by rule, {_message(exchange)}"
            return Disagreement(request, "it is as Microsoft documents it", told)
        return (self._on(request, "", verdict, refused_by, exchange)
                or self._inside(request, verdict, exchange))

    def _on(self, request, where, verdict, refused_by, exchange):
        told = f"{where}refused by {refused_by}, {_message(exchange)}"
        if verdict.operation and verdict.operation not in self._served:
            # Later work: the tenant does not know the path.
            expected = "contract"
        elif where and verdict.operation == "POST /$batch":
            # https://learn.microsoft.com/graph/json-batching: a batch can't hold a batch.
            expected = "rule"
        else:
            expected = "contract" if verdict.request else None
        if expected and expected != refused_by or not expected and refused_by == "contract":
            reason = verdict.request[0] if verdict.request else "nothing is wrong"
            return Disagreement(request, f"{where}{reason}", told)
        if verdict.answer:
            return Disagreement(request, f"{where}the answer is wrong: {verdict.answer[0]}", told)
        return None

    def _inside(self, request, verdict, exchange):
        if not verdict.inner:
            return None
        answers = {}
        if exchange["status"] == 200:
            answers = {answer["id"]: answer
                       for answer in json.loads(exchange["response_body"])["responses"]}
        for name, inner in verdict.inner:
            answer = answers.get(name)
            if answer is None or answer["status"] == 424:
                continue
            refused_by = answer.get("headers", {}).get(LAYER, "nobody")
            self._count(refused_by)
            answered = {"status": answer["status"],
                        "response_body": json.dumps(answer.get("body", ""))}
            found = self._on(request, f"in the batch, {name}: ", inner, refused_by, answered)
            if found:
                return found
        return None

    def _count(self, refused_by):
        self.counts[refused_by] = self.counts.get(refused_by, 0) + 1

    def smallest(self, disagreement):
        """The same disagreement about a request from which nothing more can be left out."""
        smaller = True
        while smaller:
            smaller = False
            for request in _smaller(disagreement.request):
                found = self.of(request)
                if found and found.key()[0] == disagreement.key()[0]:
                    disagreement, smaller = found, True
                    break
        return disagreement


def _message(exchange):
    text = exchange["response_body"]
    if exchange["status"] >= 400 and text:
        text = json.loads(text)["error"]["message"]
    return f"{exchange['status']} {text[:200]}"


def _smaller(request):
    """The request with one thing less, in every way."""
    copies = type(request)
    options = request.query.split("&") if request.query else []
    for at in range(len(options)):
        query = "&".join(options[:at] + options[at + 1:])
        yield copies(request.method, request.path, query, request.headers, request.body, request.by)
    for at in range(len(request.headers)):
        headers = request.headers[:at] + request.headers[at + 1:]
        yield copies(request.method, request.path, request.query, headers, request.body, request.by)
    try:
        body = json.loads(request.body)
    except ValueError:
        return
    for less in _less(body):
        yield copies(request.method, request.path, request.query, request.headers,
                     json.dumps(less), request.by)


def _less(value):
    entries = list(value.items()) if isinstance(value, dict) else (
        list(enumerate(value)) if isinstance(value, list) else [])
    for at, (key, inner) in enumerate(entries):
        rest = entries[:at] + entries[at + 1:]
        yield dict(rest) if isinstance(value, dict) else [item for _, item in rest]
        for less in _less(inner):
            changed = entries[:at] + [(key, less)] + entries[at + 1:]
            yield dict(changed) if isinstance(value, dict) else [item for _, item in changed]
