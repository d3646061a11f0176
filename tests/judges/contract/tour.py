"""One good request at least for every operation that the tenant serves, in an order that works.

The requests are written from Microsoft's pages of the operations. They say that the tenant takes
what is right, and are what wrong requests are made from.
"""

import base64
import datetime
import json
import uuid
from urllib.parse import quote, urlencode

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .wire import Request

GRAPH = "00000003-0000-0000-c000-000000000000"
TASKS_READ_ALL = "f10e1f91-74ed-437f-a6fd-d6ae88e26c1f"
USER_READ_ALL = "df021288-bdef-4463-88db-98f22de89214"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
EVENTUAL = ("ConsistencyLevel", "eventual")
REPRESENTATION = ("Prefer", "return=representation")
UPSERT = ("Prefer", "create-if-missing")
JSON = ("Content-Type", "application/json")


class Refused(Exception):
    """A good request was refused, or answered otherwise than it should be."""


class Tour:
    """Makes the requests and keeps them with their answers.

    `name` is the name of what it makes. With `keep`, nothing is deleted, so that others find it.
    """

    def __init__(self, tenant, name="judges", *, keep=False):
        self.tenant = tenant
        self.name = name
        self.keep = keep
        self.exchanges = []
        self.requests = []

    def ask(self, method, path, body=None, *headers, status=None, by="automation", **query):
        """The answer's body."""
        query = urlencode({f"${name}": value for name, value in query.items()}, safe="$',()",
                          quote_via=quote)
        headers = list(headers) + ([JSON] if body is not None else [])
        text = "" if body is None else json.dumps(body)
        request = Request(method, f"/v1.0{path}", query, headers, text, by)
        self.requests.append(request)
        if self.keep and (method == "DELETE" or path.endswith("/restore")):
            return None
        exchange = self.tenant.send(request)
        self.exchanges.append(exchange)
        wanted = status or {"GET": 200, "POST": 201}.get(method, 204)
        if exchange["status"] != wanted:
            came = f"{exchange['status']} {exchange['response_body']}"
            raise Refused(f"{request.shown()}\n  was answered {came}, not {wanted}")
        text = exchange["response_body"]
        return json.loads(text) if text else None

    def get(self, path, *headers, by="automation", **query):
        return self.ask("GET", path, None, *headers, by=by, **query)

    def etag(self, path):
        return ("If-Match", self.get(path)["@odata.etag"])

    def all(self):
        """The whole tour."""
        self.directory()
        self.people()
        self.groups()
        self.conversations()
        self.planner()
        self.applications()
        self.principals()
        self.bin()
        self.batch()

    def directory(self):
        organization = self.get("/organization", select="id,displayName,verifiedDomains")["value"][0]
        self.get(f"/organization/{organization['id']}")
        for path in ("/subscribedSkus", "/domains", "/policies/authorizationPolicy",
                     "/policies/defaultAppManagementPolicy",
                     "/roleManagement/directory/roleAssignments"):
            self.get(path)
        someone = self.get("/users", top=1)["value"][0]["id"]
        # No permission of the catalogue suffices.
        self.ask("POST", "/roleManagement/directory/roleAssignments", status=403,
                 body={"principalId": someone, "roleDefinitionId": GLOBAL_READER,
                       "directoryScopeId": "/"})

    def people(self):
        members = self.get(
            "/users", EVENTUAL, filter="accountEnabled eq true and userType eq 'Member'",
            select="id,displayName,accountEnabled,assignedPlans", count="true", top=50)["value"]
        first = members[0]["id"]
        self.get("/users/$count", EVENTUAL)
        self.get(f"/users/{first}", select="id,displayName,assignedPlans,mail")
        self.get(f"/users/{first}/licenseDetails")
        self.get(f"/users/{first}/memberOf")
        roles = "transitiveMemberOf/microsoft.graph.directoryRole"
        self.get(f"/users/{first}/{roles}", EVENTUAL, count="true")
        self.get(f"/users/{first}/planner/tasks")
        self.own = self.get("/me", by="admin")["id"]
        self.colleague = next(user["id"] for user in members if user["id"] != self.own)
        self.get(f"/me/{roles}", EVENTUAL, count="true", by="admin")
        for path in ("/me/memberOf", "/me/planner/plans", "/me/planner/tasks",
                     f"/users/{self.own}/planner/plans"):
            self.get(path, by="admin")

    def groups(self):
        unified = "groupTypes/any(c:c eq 'Unified')"
        groups = self.get("/groups", filter=unified, select="id,displayName,visibility", top=20)
        self.shared = groups["value"][0]["id"]
        self.get("/groups", EVENTUAL, search='"displayName:a"', count="true")
        self.get("/groups/$count", EVENTUAL, filter=unified)
        made = self.ask("POST", "/groups", {
            "displayName": self.name, "description": "Made by a test", "groupTypes": ["Unified"],
            "mailEnabled": True, "mailNickname": self.name, "securityEnabled": False,
            "visibility": "Private"})
        self.group = group = made["id"]
        self.get(f"/groups/{group}", select="id,displayName,groupTypes")
        self.ask("PATCH", f"/groups/{group}", {"description": "Changed by a test"})
        for what in ("members", "owners"):
            self.get(f"/groups/{group}/{what}")
            for person in (self.own, self.colleague):
                self.ask("POST", f"/groups/{group}/{what}/$ref", status=204,
                         body={"@odata.id": self.address(f"/directoryObjects/{person}")})
            self.ask("DELETE", f"/groups/{group}/{what}/{self.colleague}/$ref")
        for path in ("members/microsoft.graph.user", "transitiveMembers",
                     "transitiveMembers/microsoft.graph.user"):
            self.get(f"/groups/{group}/{path}", EVENTUAL, count="true")
        self.get(f"/groups/{self.shared}/drive")
        self.get(f"/groups/{self.shared}/sites/root")

    def address(self, path):
        return f"{self.tenant.ready['graph']}/v1.0{path}"

    def conversations(self):
        post = {"body": {"contentType": "html", "content": "<p>Good morning</p>"}}
        threads = f"/groups/{self.group}/threads"
        thread = self.ask("POST", threads, {"topic": "A task", "posts": [post]}, by="admin")["id"]
        self.get(threads)
        self.get(f"{threads}/{thread}")
        self.ask("POST", f"{threads}/{thread}/reply", {"Post": post}, by="admin", status=202)
        self.get(f"{threads}/{thread}/posts")
        self.ask("DELETE", f"{threads}/{thread}")

    def planner(self):
        container = {"url": f"https://graph.microsoft.com/v1.0/groups/{self.group}"}
        plan = self.ask("POST", "/planner/plans", {"container": container, "title": "A plan"})["id"]
        plan = f"/planner/plans/{plan}"
        self.get(f"/groups/{self.group}/planner/plans")
        self.ask("PATCH", plan, {"title": "The plan"}, self.etag(plan))
        self.ask("PATCH", f"{plan}/details",
                 {"categoryDescriptions": {"category1": "Blocked", "category2": None},
                  "sharedWith": {self.own: True}}, self.etag(f"{plan}/details"))
        bucket = self.ask("POST", "/planner/buckets",
                          {"name": "Next", "planId": plan.rsplit("/", 1)[1], "orderHint": " !"})
        self.bucket(f"/planner/buckets/{bucket['id']}", bucket, plan)
        self.get(f"{plan}/buckets")
        self.get(f"{plan}/tasks", expand="details")
        self.ask("DELETE", plan, None, self.etag(plan))

    def bucket(self, path, bucket, plan):
        self.ask("PATCH", path, {"name": "Later"}, self.etag(path))
        task = self.ask("POST", "/planner/tasks", {
            "planId": plan.rsplit("/", 1)[1], "bucketId": bucket["id"], "title": "A task",
            "priority": 3, "dueDateTime": "2026-12-24T16:00:00Z",
            "assignments": {self.own: {"@odata.type": "#microsoft.graph.plannerAssignment",
                                       "orderHint": " !"}}})
        self.task(f"/planner/tasks/{task['id']}")
        self.get(f"{path}/tasks")
        self.ask("DELETE", path, None, self.etag(path))

    def task(self, path):
        self.ask("PATCH", path, {"percentComplete": 50, "appliedCategories": {"category1": True}},
                 self.etag(path), REPRESENTATION, status=200)
        self.ask("PATCH", f"{path}/details", {
            "description": "What is to be done", "previewType": "checklist",
            "checklist": {str(uuid.uuid4()): {
                "@odata.type": "microsoft.graph.plannerChecklistItem", "title": "First",
                "isChecked": False, "orderHint": " !"}},
            "references": {"https%3A//contoso%2Eexample/a%2520b%2Epdf": {
                "@odata.type": "microsoft.graph.plannerExternalReference", "alias": "A file",
                "type": "Other", "previewPriority": " !"}},
        }, self.etag(f"{path}/details"))
        formats = {
            "assignedToTaskBoardFormat": {"orderHintsByAssignee": {self.own: " !"}},
            "bucketTaskBoardFormat": {"orderHint": " !"},
            "progressTaskBoardFormat": {"orderHint": " !"},
        }
        for name, body in formats.items():
            self.ask("PATCH", f"{path}/{name}", body, self.etag(f"{path}/{name}"))
        self.ask("DELETE", path, None, self.etag(path))

    def applications(self):
        self.get("/applications", filter=f"displayName eq '{self.name}'", select="id,appId")
        first, second = self.key("CN=first"), self.key("CN=second")
        app = self.ask("POST", "/applications", {
            "displayName": self.name, "signInAudience": "AzureADMyOrg",
            "publicClient": {"redirectUris": ["http://localhost"]}, "isFallbackPublicClient": True,
            "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": [
                {"id": TASKS_READ_ALL, "type": "Role"}]}],
            "keyCredentials": [first.credential()]})
        self.app = app
        path = f"/applications/{app['id']}"
        self.get(path, select="id,appId,keyCredentials")
        self.ask("PATCH", path, {"notes": "Changed by a test",
                                 "web": {"redirectUris": ["https://contoso.example/back"]}})
        password = self.ask("POST", f"{path}/addPassword", status=200,
                            body={"passwordCredential": {"displayName": "a secret"}})
        self.ask("POST", f"{path}/removePassword", {"keyId": password["keyId"]}, status=204)
        added = self.ask("POST", f"{path}/addKey", status=200, body={
            "keyCredential": second.credential(), "passwordCredential": None,
            "proof": first.proof(app["id"], self.now())})
        self.ask("POST", f"{path}/removeKey", status=204, body={
            "keyId": added["keyId"], "proof": first.proof(app["id"], self.now())})
        self.get(f"{path}/owners")
        self.ask("POST", f"{path}/owners/$ref", status=204,
                 body={"@odata.id": self.address(f"/directoryObjects/{self.own}")})
        by_app_id = f"/applications(appId='{app['appId']}')"
        self.get(by_app_id)
        self.ask("PATCH", by_app_id, {"notes": None})
        by_name = f"/applications(uniqueName='{self.name}')"
        body = {"displayName": f"{self.name}, once"}
        self.other = self.ask("PATCH", by_name, body, UPSERT, status=201)
        self.ask("PATCH", by_name, body, UPSERT)
        self.get(by_name)

    def principals(self):
        self.get("/servicePrincipals", filter=f"appId eq '{GRAPH}'", select="id,appRoles")
        graph = self.graph = self.get(f"/servicePrincipals(appId='{GRAPH}')", select="id")["id"]
        made = self.ask("POST", "/servicePrincipals", {"appId": self.app["appId"]})["id"]
        by_app_id = f"/servicePrincipals(appId='{self.other['appId']}')"
        self.ask("PATCH", by_app_id, {"notes": "Made by a test"}, UPSERT, status=201)
        path = f"/servicePrincipals/{made}"
        self.get(path)
        self.ask("PATCH", path, {"notes": "Changed by a test", "tags": ["Judges"]})
        for where, role in (("appRoleAssignments", TASKS_READ_ALL),
                            ("appRoleAssignedTo", USER_READ_ALL)):
            owner = path if where == "appRoleAssignments" else f"/servicePrincipals/{graph}"
            body = {"principalId": made, "resourceId": graph, "appRoleId": role}
            granted = f"{owner}/{where}/{self.ask('POST', f'{owner}/{where}', body)['id']}"
            if where == "appRoleAssignments":
                self.get(granted)
            self.get(f"{owner}/{where}")
            self.ask("DELETE", granted)
        self.get(f"{path}/owners")
        grant = self.ask("POST", "/oauth2PermissionGrants", {
            "clientId": made, "consentType": "AllPrincipals", "principalId": None,
            "resourceId": graph, "scope": "User.Read openid"})["id"]
        self.get("/oauth2PermissionGrants", filter=f"clientId eq '{made}'")
        self.get(f"{path}/oauth2PermissionGrants")
        self.get(f"/oauth2PermissionGrants/{grant}")
        self.ask("PATCH", f"/oauth2PermissionGrants/{grant}", {"scope": "User.Read"})
        self.ask("DELETE", f"/oauth2PermissionGrants/{grant}")
        self.ask("DELETE", path)
        self.ask("DELETE", by_app_id)

    def bin(self):
        """What is deleted, where deleted things lie, and back."""
        app = self.app
        self.ask("DELETE", f"/applications/{app['id']}")
        self.get("/directory/deletedItems/microsoft.graph.application")
        if not self.keep:
            self.get(f"/directory/deletedItems/{app['id']}")
        self.ask("POST", f"/directory/deletedItems/{app['id']}/restore", status=200)
        self.ask("DELETE", f"/applications(appId='{app['appId']}')")
        self.ask("DELETE", f"/applications(uniqueName='{self.name}')")
        self.ask("DELETE", f"/groups/{self.group}")
        self.get("/directory/deletedItems/microsoft.graph.group")
        self.ask("DELETE", f"/directory/deletedItems/{app['id']}")

    def batch(self):
        self.ask("POST", "/$batch", status=200, body={"requests": [
            {"id": "1", "method": "GET", "url": f"/groups/{self.shared}/planner/plans"},
            {"id": "2", "method": "GET", "url": "/users/$count",
             "headers": {"ConsistencyLevel": "eventual"}},
            {"id": "3", "method": "PATCH", "url": f"/groups/{self.shared}", "dependsOn": ["1"],
             "headers": {"Content-Type": "application/json"}, "body": {"description": "x"}}]})

    def rests_on(self, request):
        """Whether the request may take away what every other one rests on: Graph itself."""
        named = GRAPH in request.path or request.path.endswith(self.graph)
        return named and request.method in ("PATCH", "DELETE")

    def now(self):
        return datetime.datetime.fromisoformat(self.tenant.ready["now"][:19] + "+00:00")

    def key(self, name):
        return Key(name, self.now())


class Key:
    """A certificate with its key, for an app."""

    def __init__(self, name, now):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name.from_rfc4514_string(name)
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=200))
        self.certificate = builder.sign(self.key, hashes.SHA256())

    def credential(self):
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return {"type": "AsymmetricX509Cert", "usage": "Verify",
                "key": base64.b64encode(der).decode(), "displayName": "made by a test"}

    def pem(self):
        kind = serialization.PrivateFormat.PKCS8
        clear = serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, kind, clear).decode()

    def certificate_pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def proof(self, object_id, now):
        """What `addKey` and `removeKey` want: a token signed with a key that the app has."""
        claims = {"aud": "00000002-0000-0000-c000-000000000000", "iss": object_id,
                  "nbf": now, "exp": now + datetime.timedelta(minutes=10)}
        thumbprint = base64.urlsafe_b64encode(self.certificate.fingerprint(hashes.SHA1()))
        return jwt.encode(claims, self.key, "RS256", {"x5t": thumbprint.decode().rstrip("=")})
