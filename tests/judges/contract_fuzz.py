"""Sends a tenant good requests and thousands that are a little wrong, and holds what it says of each
against the published contract.

    contract_fuzz.py CONTRACT COUNT SEED < READY_LINE

Ends with 1 and prints the smallest request of every disagreement, if there is one.
"""

import json
import pathlib
import random
import re
import sys

from contract.compare import LAYER, Comparison
from contract.generate import Generator
from contract.judge import Judge
from contract.mutate import Mutator
from contract.schemas import closed
from contract.tour import Tour
from contract.wire import Request, Tenant

# So many requests, then fresh objects: deleted ones would be all that is left to ask for.
FRESH = 400
MOST_SHOWN = 25
# The share that nobody refuses, and the share that the contract does.
LEAST = 0.15
# The share of batches; each holds up to twenty requests.
BATCHES = 0.04


def by_operation(judge, requests):
    """Good requests, by operation."""
    found = {}
    for request in requests:
        template, _ = judge.operations.find(request.method, request.path.removeprefix("/v1.0"))
        found.setdefault((request.method.lower(), template), []).append(request)
    return found


def made_up(judge, generator, operation, request):
    """The request, where it has a body, with one made from the schema of its operation."""
    body = judge.operation(*operation).get("requestBody")
    if body is None:
        return request
    schema = body["content"]["application/json"]["schema"]
    text = json.dumps(generator.value(schema))
    return Request(request.method, request.path, request.query, request.headers, text, request.by)


def served(judge, tenant):
    """The operations that the tour asks for, which are all that the tenant serves."""
    tour = Tour(tenant)
    tour.all()
    toured = {f"{method.upper()} {path}" for method, path in by_operation(judge, tour.requests)}
    for exchange in tour.exchanges:
        verdict = judge.exchange(exchange)
        wrong = verdict.request + verdict.answer
        wrong += [why for _, inner in verdict.inner for why in inner.request + inner.answer]
        if wrong:
            raise SystemExit(f"{exchange['method']} {exchange['path']}: {wrong}")
    for method, template in judge.operations:
        if f"{method.upper()} {template}" in toured:
            continue
        path = re.sub(r"\{.*?\}", "x", template).removesuffix("()")
        exchange = tenant.send(Request(method.upper(), f"/v1.0{path}"))
        if dict(exchange["response_headers"]).get(LAYER) != "contract":
            raise SystemExit(f"{method} {template} is served, and the tour does not ask for it")
    return toured


class Source:
    """Where requests come from: good ones, made-up bodies, changes, batches of them."""

    def __init__(self, judge, rng):
        self._judge = judge
        self._rng = rng
        self._generator = Generator(closed(judge.contract, answers=False), rng)
        self._mutator = Mutator(rng)

    def renew(self, tour):
        """Goes on with what another tour has made."""
        self._tour = tour
        self._good = by_operation(self._judge, tour.requests)

    def next(self):
        """A request, and whether it is one of the good ones, as it was."""
        rng = self._rng
        if rng.random() < BATCHES:
            inner = [self._one()[0] for _ in range(rng.choice((1, 2, 3, 4, 20, 21)))]
            return self._mutator.changed(self._mutator.batch(inner), rng.choice((0, 0, 1))), False
        return self._one()

    def _one(self):
        rng = self._rng
        operation = rng.choice(sorted(self._good))
        good = rng.choice(self._good[operation])
        request = good
        if rng.random() < 0.5:
            request = made_up(self._judge, self._generator, operation, good)
        times = rng.choice((0, 1, 1, 1, 2, 3))
        changed = self._mutator.changed(request, times)
        if self._tour.rests_on(changed):
            return self._one()
        return changed, times == 0 and request is good


def run(judge, tenant, count, seed):
    """How often who refused, and the disagreements."""
    source = Source(judge, random.Random(seed))
    comparison, found = Comparison(tenant, judge, served(judge, tenant)), {}
    for number in range(count):
        if number % FRESH == 0:
            tour = Tour(tenant, f"judges{number}", keep=True)
            tour.all()
            source.renew(tour)
        request, good = source.next()
        disagreement = comparison.of(request, good=good)
        if disagreement and disagreement.key() not in found:
            smallest = comparison.smallest(disagreement)
            found[disagreement.key()] = found[smallest.key()] = smallest
    return comparison.counts, {id(each): each for each in found.values()}.values()


def main():
    judge = Judge(pathlib.Path(sys.argv[1]))
    tenant = Tenant(json.load(sys.stdin))
    counts, found = run(judge, tenant, int(sys.argv[2]), int(sys.argv[3]))
    print(f"refused by: {counts}")
    # One that asks for nothing, or for nothing wrong, would agree with everything.
    for layer in ("nobody", "contract"):
        if counts.get(layer, 0) < LEAST * sum(counts.values()):
            sys.exit(f"too few requests were refused by {layer}")
    shown = sorted({each.shown() for each in found})
    for text in shown[:MOST_SHOWN]:
        print(f"\n{text}")
    if shown:
        print(f"\n{len(shown)} disagreements")
        sys.exit(1)


if __name__ == "__main__":
    main()
