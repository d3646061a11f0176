"""Plain requests to a tenant, written out byte for byte, so that also wrong ones can be made."""

import http.client
import json
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

# What the administrator's token is asked for: enough for every operation that wants a person.
SCOPES = (
    "Application.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Group.ReadWrite.All",
    "Group-Conversation.ReadWrite.All",
    "Tasks.ReadWrite",
    "User.Read",
)


@dataclass
class Request:
    """A request, and who sends it."""

    method: str
    path: str
    query: str = ""
    headers: list = field(default_factory=list)
    body: str = ""
    by: str = "automation"

    def shown(self):
        """The request as one would type it."""
        query = f"?{self.query}" if self.query else ""
        headers = "".join(f"\n    {name}: {value}" for name, value in self.headers)
        body = f"\n    {self.body}" if self.body else ""
        return f"{self.method} {self.path}{query}   (as {self.by}){headers}{body}"


def _connection(ready):
    place = urlsplit(ready["graph"])
    if place.scheme == "http":
        return http.client.HTTPConnection(place.netloc, timeout=30)
    trusted = ssl.create_default_context(cafile=ready["ca"])
    return http.client.HTTPSConnection(place.netloc, timeout=30, context=trusted)


class Tenant:
    """A tenant on the loopback, and the tokens to ask it with."""

    def __init__(self, ready):
        self.ready = ready
        self._connection = _connection(ready)
        scope = f"{ready['graph_resource']}/.default"
        self._tokens = {"automation": self._token(
            grant_type="client_credentials", scope=scope, **ready["automation"])}

    def send(self, request):
        """The request with its answer, as the judge takes them."""
        headers = [("Authorization", f"Bearer {self._token_of(request.by)}"), *request.headers]
        target = f"{request.path}?{request.query}" if request.query else request.path
        answer = self._exchange(request.method, target, headers, request.body)
        body = answer.read().decode()
        return {
            "method": request.method, "path": request.path, "query": request.query,
            "headers": request.headers, "body": request.body, "status": answer.status,
            "response_headers": answer.getheaders(), "response_body": body,
        }

    def _exchange(self, method, target, headers, body):
        self._connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            self._connection.putheader(name, value)
        body = body.encode()
        self._connection.putheader("Content-Length", str(len(body)))
        self._connection.endheaders(body)
        return self._connection.getresponse()

    def _token_of(self, who):
        if who not in self._tokens:
            self._tokens[who] = self._signed_in()
        return self._tokens[who]

    def _form(self, path, **form):
        headers = [("Content-Type", "application/x-www-form-urlencoded")]
        answer = self._exchange("POST", f"/{self.ready['tenant_id']}/oauth2/v2.0/{path}", headers,
                                urlencode(form))
        return json.loads(answer.read())

    def _token(self, **form):
        answer = self._form("token", **form)
        if "access_token" not in answer:
            raise RuntimeError(f"no token: {answer}")
        return answer["access_token"]

    def _signed_in(self):
        """A token of the administrator's: the tenant approves device codes by itself."""
        client = self.ready["bootstrap_client_id"]
        code = self._form("devicecode", client_id=client, scope=" ".join(SCOPES))
        return self._token(grant_type="urn:ietf:params:oauth:grant-type:device_code",
                           client_id=client, device_code=code["device_code"])
