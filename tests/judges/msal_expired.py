"""msal for Python with credentials that have ended.

On standard input: `{"ready"}` of a tenant with the scenarios `secret-expired` and
`certificate-expired`: what an app has ends with its first token.
"""

from clients.arrange import Arranged
from clients.given import given, refused, step
from contract.tour import Key
from contract.wire import Tenant
from msal_apps import SCOPE, app

TASKS_READ_ALL = "f10e1f91-74ed-437f-a6fd-d6ae88e26c1f"


def ended(ready, client_id, credential, number):
    """What msal is told once the app's credential has ended, which it has after the first token."""
    first = app(ready, client_id, credential).acquire_token_for_client(SCOPE)
    assert "access_token" in first, first
    # Another object: this one would give the first token again.
    result = app(ready, client_id, credential).acquire_token_for_client(SCOPE)
    refused(result, "invalid_client", number)
    return result["error_description"]


def main():
    ready = given()["ready"]
    arranged = Arranged(Tenant(ready))
    step("a secret that has ended")
    made = arranged.app("msal, ended secret", roles=[TASKS_READ_ALL])
    text = ended(ready, made["appId"], arranged.secret(made)["secretText"], 7000222)
    assert "expired" in text, text

    step("a certificate that has ended on the app")
    key = Key("CN=ended", arranged.now())
    made = arranged.app("msal, ended certificate", roles=[TASKS_READ_ALL],
                        keyCredentials=[key.credential()])
    credential = {"private_key": key.pem(), "public_certificate": key.certificate_pem()}
    text = ended(ready, made["appId"], credential, 700027)
    assert "expired" in text, text


if __name__ == "__main__":
    main()
