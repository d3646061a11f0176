"""What a test wants to find in the tenant, made through its Graph from outside."""

import datetime
import json

from contract.wire import Request

GRAPH = "00000003-0000-0000-c000-000000000000"
JSON = ("Content-Type", "application/json")


class Arranged:
    """Makes apps and what belongs to them as the app that holds every permission."""

    def __init__(self, tenant):
        self.tenant = tenant
        self.ready = tenant.ready

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, body):
        return self._ask("POST", path, body)

    def _ask(self, method, path, body=None):
        headers, text = ([JSON], json.dumps(body)) if body is not None else ([], "")
        answer = self.tenant.send(Request(method, f"/v1.0{path}", "", headers, text))
        assert answer["status"] < 300, f"{method} {path}: {answer['status']} {answer['response_body']}"
        return json.loads(answer["response_body"]) if answer["response_body"] else None

    def app(self, name, *, roles=(), **properties):
        """An app registration with its service principal, to which these roles are granted."""
        made = self.post("/applications", {
            "displayName": name, "signInAudience": "AzureADMyOrg"} | properties)
        principal = self.post("/servicePrincipals", {"appId": made["appId"]})["id"]
        for role in roles:
            graph = self.get(f"/servicePrincipals(appId='{GRAPH}')")["id"]
            self.post(f"/servicePrincipals/{principal}/appRoleAssignments", {
                "principalId": principal, "resourceId": graph, "appRoleId": role})
        return made

    def secret(self, app):
        return self.post(f"/applications/{app['id']}/addPassword",
                         {"passwordCredential": {"displayName": "judged"}})

    def now(self):
        """The tenant's date."""
        said = self.ready["now"][:19]
        return datetime.datetime.fromisoformat(f"{said}+00:00")
