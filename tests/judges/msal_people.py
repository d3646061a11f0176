"""msal for Python signs people in: with a device code, with a code and PKCE, with a refresh token.

The person walks the sign-in and consent pages as they come. On standard input: `{"ready"}` of a
tenant that approves nothing by itself.
"""

from urllib.parse import parse_qsl, urlsplit

import jwt
import msal

from clients.arrange import GRAPH, Arranged
from clients.given import given, refused, same, step
from clients.pages import Person
from contract.wire import Tenant

SCOPES = ["https://graph.microsoft.com/User.Read", "https://graph.microsoft.com/Tasks.Read"]
USER_READ = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
TASKS_READ = "f45671fb-e0fe-4b4b-be20-3d3ce43f1bcb"
# Nobody listens there: the person's browser stops before it.
BACK = "http://localhost:41999"


class Desktop:
    """A program on somebody's desktop, with an app registration of its own."""

    def __init__(self, ready, arranged, name, **properties):
        wanted = [{"id": identity, "type": "Scope"} for identity in (USER_READ, TASKS_READ)]
        self.registered = arranged.app(name, **{
            "isFallbackPublicClient": True,
            "publicClient": {"redirectUris": ["http://localhost"]},
            "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": wanted}],
        } | properties)
        self.ready = ready
        self.client_id = self.registered["appId"]
        self.msal = self.signed_out()

    def signed_out(self):
        return msal.PublicClientApplication(
            self.client_id, authority=f"{self.ready['login']}/{self.ready['tenant_id']}",
            instance_discovery=False)

    def holds(self, result, user):
        """Fails unless the token is this person's, with what was asked for."""
        assert "access_token" in result, result
        claims = jwt.decode(result["access_token"], options={"verify_signature": False})
        wanted = {"appid": self.client_id, "appidacr": "0", "tid": self.ready["tenant_id"]}
        same({name: claims.get(name) for name in wanted}, wanted, "the token")
        assert {"User.Read", "Tasks.Read"} <= set(claims["scp"].split()), claims["scp"]
        assert "roles" not in claims and claims.get("idtyp") != "app", claims
        same(result["id_token_claims"]["preferred_username"], user, "who signed in")
        assert "refresh_token" in result, "no refresh token came"


def account_of(ready, name):
    return next(account for account in ready["accounts"] if account["user"].startswith(f"{name}@"))


def device_code(desktop, person, user):
    step("device code: waits, then is approved on the pages")
    flow = desktop.msal.initiate_device_flow(SCOPES)
    assert flow["user_code"] in flow["message"] and flow["verification_uri"] in flow["message"], flow
    same(flow["expires_in"], 900, "the life of the code")
    pending = desktop.msal.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    same(pending["error"], "authorization_pending", "before anybody entered the code")

    page = person.enter(flow["verification_uri"], "NOTACODE1")
    assert any("70018" in alert for alert in page.alerts), page.alerts
    last = person.enter(flow["verification_uri"], flow["user_code"])
    assert "Permissions requested" in person.seen, person.seen
    assert "Signed in" in last.title, last.title
    desktop.holds(desktop.msal.acquire_token_by_device_flow(flow), user)


def device_code_declined(desktop, account):
    step("device code: declined")
    flow = desktop.msal.initiate_device_flow(SCOPES)
    Person(account, consents=False).enter(flow["verification_uri"], flow["user_code"])
    result = desktop.msal.acquire_token_by_device_flow(flow)
    same(result.get("error"), "authorization_declined", "what msal was told")


def walk(person, flow):
    answer = person.follow(flow["auth_uri"], until=BACK)
    assert isinstance(answer, dict), f"{answer.title}: {answer.alerts}"
    return answer


def code_with_pkce(desktop, person, user):
    for mode in ("query", "form_post"):
        step(f"code with PKCE, answered by {mode}")
        app = desktop.signed_out()
        flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=BACK, response_mode=mode)
        sent = dict(parse_qsl(urlsplit(flow["auth_uri"]).query))
        same(sent["code_challenge_method"], "S256", "the method of PKCE")
        answer = walk(person, flow)
        desktop.holds(app.acquire_token_by_auth_code_flow(flow, answer), user)

        step("a code is good once")
        result = app.acquire_token_by_auth_code_flow(dict(flow), answer)
        refused(result, "invalid_grant", 54005)
    return app


def refresh(desktop, app, user):
    step("refresh: with what msal kept, and with the bare token")
    account = app.get_accounts(user)[0]
    result = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
    assert result and "access_token" in result, result
    token = app.token_cache.find(msal.TokenCache.CredentialType.REFRESH_TOKEN)[0]["secret"]
    result = desktop.signed_out().acquire_token_by_refresh_token(token, SCOPES)
    desktop.holds(result, user)

    step("refresh: a token that is none")
    result = desktop.signed_out().acquire_token_by_refresh_token("0.nonsense", SCOPES)
    same(result.get("error"), "invalid_grant", "what msal was told")


def second_factor(desktop, account):
    step("a second factor is asked for, and approved")
    app, person = desktop.signed_out(), Person(account)
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
    answer = walk(person, flow)
    assert "Approve sign-in request" in person.seen, person.seen
    desktop.holds(app.acquire_token_by_auth_code_flow(flow, answer), account["user"])


def administrator(ready, arranged, member, admin):
    step("what a member may not consent to, an administrator consents to for everybody")
    desktop = Desktop(ready, arranged, "msal, administrator")
    scopes = ["https://graph.microsoft.com/Group.Read.All"]

    def ask(person):
        app = desktop.signed_out()
        flow = app.initiate_auth_code_flow(scopes, redirect_uri=BACK)
        answer = walk(person, flow)
        return answer, app.acquire_token_by_auth_code_flow(flow, answer)

    person = Person(member)
    answer, result = ask(person)
    assert "Need admin approval" in person.seen, person.seen
    same((answer.get("error"), result.get("error")), ("access_denied", "access_denied"), "the member")
    assert "access_token" in ask(Person(admin, ticks=True))[1], "the administrator gets a token"
    person = Person(member)
    _, result = ask(person)
    assert "access_token" in result and "Permissions requested" not in person.seen, person.seen


def wrong_ways(ready, arranged, desktop, account):
    step("refused: another verifier than the challenge was made of")
    app = desktop.signed_out()
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
    answer = walk(Person(account), flow)
    result = app.acquire_token_by_auth_code_flow(flow | {"code_verifier": "x" * 43}, answer)
    refused(result, "invalid_grant", 501481)

    step("refused: the person says no")
    other = Desktop(ready, arranged, "msal, declined")
    flow = other.msal.initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
    answer = walk(Person(account, consents=False), flow)
    same(answer.get("error"), "access_denied", "what came back")
    assert answer["error_description"].startswith("AADSTS65004"), answer
    same(other.msal.acquire_token_by_auth_code_flow(flow, answer)["error"], "access_denied", "msal")

    step("refused: a password that is wrong stays on the page")
    flow = other.msal.initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
    page = Person(account | {"password": "wrong"}).follow(flow["auth_uri"], until=BACK)
    assert any("50126" in alert for alert in page.alerts), (page.title, page.alerts)

    step("refused: a redirect URI that is not registered")
    flow = other.msal.initiate_auth_code_flow(SCOPES, redirect_uri="http://localhost:41999/other")
    page = Person(account).follow(flow["auth_uri"])
    assert "50011" in page.text, page.text

    step("refused: an app that is registered for the platform web and sends no secret")
    web = Desktop(ready, arranged, "msal, web", publicClient={"redirectUris": []},
                  web={"redirectUris": [BACK]}, isFallbackPublicClient=False)
    flow = web.msal.initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
    result = web.msal.acquire_token_by_auth_code_flow(flow, walk(Person(account), flow))
    refused(result, "invalid_client", 7000218)


def main():
    ready = given()["ready"]
    arranged = Arranged(Tenant(ready))
    account = account_of(ready, "member")
    desktop = Desktop(ready, arranged, "msal, people")
    device_code_declined(desktop, account)
    device_code(desktop, Person(account), account["user"])
    app = code_with_pkce(desktop, Person(account), account["user"])
    refresh(desktop, app, account["user"])
    second_factor(desktop, account_of(ready, "careful"))
    administrator(ready, arranged, account, account_of(ready, "cloudapp"))
    wrong_ways(ready, arranged, desktop, account)


if __name__ == "__main__":
    main()
