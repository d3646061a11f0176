"""Holds exchanges against the contract."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

from jsonschema_path import SchemaPath
from openapi_core import V30RequestValidator, V30ResponseValidator
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from . import schemas
from .operations import Operations, Unknown

HOST = "https://graph.example"
VERSION = "/v1.0"


@dataclass
class Verdict:
    """What is wrong with an exchange: nothing, where both lists are empty."""

    operation: str | None = None
    request: list = field(default_factory=list)
    answer: list = field(default_factory=list)
    inner: list = field(default_factory=list)


@dataclass
class Sent:
    """A request as openapi-core wants it."""

    method: str
    path_pattern: str
    parameters: RequestParameters
    content_type: str
    body: bytes | None
    host_url: str = HOST

    @property
    def path(self):
        return self.path_pattern


@dataclass
class Answered:
    """An answer as openapi-core wants it."""

    status_code: int
    content_type: str
    data: bytes | None
    headers: Headers = field(default_factory=Headers)


class Judge:
    """A referee over the requests to a contract and the answers to them."""

    def __init__(self, path):
        contract = schemas.read(path)
        contract["servers"] = [{"url": HOST + VERSION}]
        # Whether a token is there and good is another matter, decided before the contract is.
        del contract["security"]
        self.contract = contract
        self.operations = Operations(contract)
        self._asked = schemas.closed(contract, answers=False)
        self._answered = schemas.closed(contract, answers=True)
        self._validators = {}

    def exchange(self, exchange):
        """The verdict on a request and the answer to it."""
        verdict = Verdict()
        try:
            method, path = exchange["method"].lower(), exchange["path"].removeprefix(VERSION)
            if path == exchange["path"]:
                raise Unknown(f"the contract is about paths below `{VERSION}`")
            template, values = self.operations.find(method, path)
        except Unknown as unknown:
            verdict.request.append(str(unknown))
            if exchange.get("status") is not None:
                verdict.answer += self._refusal(exchange)
            return verdict
        verdict.operation = f"{method.upper()} {template}"
        verdict.request += self._request(method, template, values, exchange)
        if exchange.get("status") is not None:
            verdict.answer += self._answer(method, template, exchange)
        if template == "/$batch" and not verdict.request:
            self._batch(exchange, verdict)
        return verdict

    def operation(self, method, template):
        return self.contract["paths"][template][method]

    def parameters(self, method, template):
        """The parameters that are declared for an operation."""
        declared = self.operation(method, template).get("parameters", [])
        shared = self.contract["components"]["parameters"]
        return [shared[entry["$ref"].rsplit("/", 1)[1]] if "$ref" in entry else entry
                for entry in declared]

    def _validator(self, method, template, *, answers):
        key = (method, template, answers)
        if key not in self._validators:
            spec = self._answered if answers else self._asked
            # One operation alone, so that no second path can be taken for it.
            alone = spec | {"paths": {template: {method: spec["paths"][template][method]}}}
            kind = V30ResponseValidator if answers else V30RequestValidator
            self._validators[key] = kind(
                SchemaPath.from_dict(alone),
                schema_validators_factory=schemas.factory(answers=answers),
            )
        return self._validators[key]

    def _request(self, method, template, values, exchange):
        query = parse_qsl(exchange.get("query") or "", keep_blank_values=True)
        reasons = list(self._options(method, template, query))
        headers = Headers(exchange.get("headers", []))
        body, wrong = _json_body(exchange.get("body") or "")
        takes_body = "requestBody" in self.operation(method, template)
        if wrong and takes_body:
            reasons.append(wrong)
        parameters = RequestParameters(query=ImmutableMultiDict(query), header=headers, path=values)
        sent = Sent(method, VERSION + template, parameters, essence(headers), body)
        validator = self._validator(method, template, answers=False)
        if not reasons:
            reasons += [reason for error in validator.iter_errors(sent) for reason in told(error)]
        return reasons

    def _options(self, method, template, query):
        declared = {entry["name"]: entry["schema"] for entry in self.parameters(method, template)
                    if entry["in"] == "query"}
        for name, value in query:
            if name == "$skiptoken" and self._is_list(method, template):
                # The one option that only a server writes: it stands in `@odata.nextLink`.
                continue
            if name not in declared:
                yield f"there is no query option {name!r}"
                continue
            literal = {"integer": value.isascii() and value.isdigit(),
                       "boolean": value in ("true", "false")}
            # openapi-core reads ` 5` and `yes` as well.
            if not literal.get(declared[name].get("type"), True):
                yield f"the query option {name!r} can't be {value!r}"

    def _is_list(self, method, template):
        answer = self.operation(method, template)["responses"].get("200", {})
        schema = next(iter(answer.get("content", {}).values()), {}).get("schema", {})
        return schema.get("$ref", "").endswith("CollectionResponse")

    def _answer(self, method, template, exchange):
        status, body = exchange["status"], exchange.get("response_body") or ""
        responses = self.operation(method, template)["responses"]
        if str(status) not in responses and status < HTTPStatus.BAD_REQUEST:
            return [f"the status {status} is not declared"]
        declared = responses.get(str(status), responses["default"])
        if "$ref" in declared:
            return self._refusal(exchange)
        if "content" not in declared:
            return [f"a body where none is declared: {body[:80]}"] if body else []
        headers = Headers(exchange["response_headers"])
        if essence(headers) == "text/plain":
            # A bare number; openapi-core would compare its text with the type.
            return [] if body.isascii() and body.isdigit() else [f"{body!r} is no number"]
        return self._content(method, template, exchange, headers)

    def _content(self, method, template, exchange, headers):
        body, wrong = _json_body(exchange.get("response_body") or "")
        if wrong:
            return [wrong]
        parameters = RequestParameters(path={})
        sent = Sent(method, VERSION + template, parameters, "", None)
        answered = Answered(exchange["status"], essence(headers), body)
        validator = self._validator(method, template, answers=True)
        return [reason for error in validator.iter_errors(sent, answered) for reason in told(error)]

    def _refusal(self, exchange):
        """What every refusal looks like, whatever was asked for."""
        if exchange["status"] < HTTPStatus.BAD_REQUEST:
            return [f"the status {exchange['status']} to what the contract does not know"]
        headers = Headers(exchange["response_headers"])
        return self._content("get", "/organization", exchange, headers)

    def _batch(self, exchange, verdict):
        asked = json.loads(exchange["body"])["requests"]
        answers = {}
        if exchange.get("status") == HTTPStatus.OK and not verdict.answer:
            responses = json.loads(exchange["response_body"])["responses"]
            answers = {answer["id"]: answer for answer in responses}
            if sorted(answers) != sorted(item["id"] for item in asked):
                verdict.answer.append("the answers are not those to the requests")
        for item in asked:
            inner = _inner_exchange(item, answers.get(item["id"]))
            verdict.inner.append((item["id"], self.exchange(inner)))


def _inner_exchange(item, answer):
    path, _, query = item["url"].partition("?")
    exchange = {
        "method": item["method"],
        "path": f"{VERSION}/{path.removeprefix('/')}",
        "query": query,
        "headers": list(item.get("headers", {}).items()),
        "body": json.dumps(item["body"]) if item.get("body") is not None else "",
    }
    if answer is not None:
        body = answer.get("body", "")
        exchange |= {
            "status": answer["status"],
            "response_headers": list(answer.get("headers", {}).items()),
            "response_body": body if isinstance(body, str) else json.dumps(body),
        }
    return exchange


def essence(headers):
    """The media type without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _json_body(text):
    """The body for openapi-core, and why it is no JSON: Python reads `NaN` as well."""
    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    if not text:
        return None, None
    try:
        json.loads(text, parse_constant=refuse)
    except ValueError as error:
        return None, f"the body is no JSON: {error}"
    return text.encode(), None


def told(error):
    """The reasons inside openapi-core's error."""
    cause = error.__cause__
    inner = getattr(cause, "schema_errors", None)
    if inner is None:
        yield str(cause or error)
        return
    for each in inner:
        yield f"{'/'.join(str(step) for step in each.absolute_path) or 'body'}: {each.message[:200]}"
