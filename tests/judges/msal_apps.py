"""msal for Python signs apps in: with what Fairlead exported, with a secret, and wrongly.

On standard input: `{"ready", "client_id", "pem", "key", "pfx": [file…], "pfx_password"}`; the files
are those that `fairlead certificate export` wrote for the app.
"""

import pathlib
import time
import uuid

import jwt
import msal
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import load_pem_x509_certificate

from clients.arrange import Arranged
from clients.given import given, refused, same, step
from contract.tour import Key
from contract.wire import Tenant

SCOPE = ["https://graph.microsoft.com/.default"]
NOBODY = "11111111-2222-3333-4444-555555555555"


def app(ready, client_id, credential, tenant=None):
    authority = f"{ready['login']}/{tenant or ready['tenant_id']}"
    return msal.ConfidentialClientApplication(
        client_id, authority=authority, client_credential=credential, instance_discovery=False)


def signed_in(ready, client_id, credential, how):
    """The token's claims, after a token came that says how it was obtained."""
    result = app(ready, client_id, credential).acquire_token_for_client(SCOPE)
    assert "access_token" in result, result
    claims = jwt.decode(result["access_token"], options={"verify_signature": False})
    wanted = {"aud": "https://graph.microsoft.com", "tid": ready["tenant_id"], "appid": client_id,
              "appidacr": how, "idtyp": "app"}
    same({name: claims.get(name) for name in wanted}, wanted, "the token")
    assert "scp" not in claims, claims
    return claims


def certificates(said, ready):
    """Every form in which msal takes a certificate."""
    client_id = said["client_id"]
    pem, key = (pathlib.Path(said[name]).read_text() for name in ("pem", "key"))
    sha1 = load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1()).hex()
    forms = {
        "PEM, PS256 and x5t#S256": {"private_key": key, "public_certificate": pem},
        "PEM, RS256 and x5t": {"private_key": key, "thumbprint": sha1},
    }
    for path in said["pfx"]:
        forms[f"PFX {pathlib.Path(path).name}"] = {
            "private_key_pfx_path": path, "passphrase": said["pfx_password"]}
    for name, credential in forms.items():
        step(f"certificate: {name}")
        claims = signed_in(ready, client_id, credential, "2")
        same(sorted(claims["roles"]), sorted(said["roles"]), "the permissions in the token")
    step("certificate: a PFX with another password opens nowhere")
    for path in said["pfx"]:
        try:
            app(ready, client_id, {"private_key_pfx_path": path, "passphrase": "another"})
        except ValueError:
            continue
        raise AssertionError(f"{path} opened with another password")


def secrets(ready, arranged):
    step("secret")
    client_id = ready["automation"]["client_id"]
    signed_in(ready, client_id, ready["automation"]["client_secret"], "1")
    step("secret: a new one works beside it, and no longer once it is removed")
    made = arranged.app("msal, secret")
    secret = arranged.secret(made)
    signed_in(ready, made["appId"], secret["secretText"], "1")
    arranged.post(f"/applications/{made['id']}/removePassword", {"keyId": secret["keyId"]})
    result = app(ready, made["appId"], secret["secretText"]).acquire_token_for_client(SCOPE)
    refused(result, "invalid_client", 7000215)


def refusals(said, ready, arranged):
    client_id, key = said["client_id"], pathlib.Path(said["key"]).read_text()
    pem = pathlib.Path(said["pem"]).read_text()
    good = {"private_key": key, "public_certificate": pem}
    stranger = Key("CN=Stranger", arranged.now())

    step("refused: a wrong secret")
    automation = ready["automation"]["client_id"]
    refused(app(ready, automation, "wrong").acquire_token_for_client(SCOPE), "invalid_client", 7000215)

    step("refused: a certificate that is not on the app")
    wrong = {"private_key": stranger.pem(), "public_certificate": stranger.certificate_pem()}
    refused(app(ready, client_id, wrong).acquire_token_for_client(SCOPE), "invalid_client", 700027)

    step("refused: the right certificate and another key")
    wrong = {"private_key": stranger.pem(), "public_certificate": pem}
    refused(app(ready, client_id, wrong).acquire_token_for_client(SCOPE), "invalid_client", 700027)

    step("refused: an assertion that has expired")
    old = {"client_assertion": lambda: assertion(ready, client_id, key, pem, since=-3600)}
    refused(app(ready, client_id, old).acquire_token_for_client(SCOPE), "invalid_client", 700024)

    step("refused: an app that is not there")
    refused(app(ready, NOBODY, good).acquire_token_for_client(SCOPE), "unauthorized_client", 700016)

    step("refused: a named permission in place of `/.default`")
    result = app(ready, client_id, good).acquire_token_for_client(
        ["https://graph.microsoft.com/Tasks.Read.All"])
    refused(result, "invalid_scope", 1002012)

    step("refused: a resource that is not there")
    result = app(ready, client_id, good).acquire_token_for_client(["https://toys.example/.default"])
    refused(result, "invalid_resource", 500011)

    step("refused: a tenant that is not there")
    try:
        app(ready, client_id, good, tenant="nobody.example")
    except ValueError as error:
        assert "AADSTS90002" in str(error) or "nobody.example" in str(error), error
    else:
        raise AssertionError("an authority that is not there was taken")


def assertion(ready, client_id, key, pem, since):
    """A client assertion as msal makes them, from another time."""
    certificate = load_pem_x509_certificate(pem.encode())
    thumbprint = certificate.fingerprint(hashes.SHA256())
    start = int(time.time()) + since
    claims = {"aud": f"{ready['login']}/{ready['tenant_id']}/oauth2/v2.0/token", "iss": client_id,
              "sub": client_id, "jti": str(uuid.uuid4()), "nbf": start, "exp": start + 600}
    return jwt.encode(claims, key, "PS256", {"x5t#S256": jwt.utils.base64url_encode(thumbprint).decode()})


def main():
    said = given()
    ready = said["ready"]
    arranged = Arranged(Tenant(ready))
    certificates(said, ready)
    secrets(ready, arranged)
    refusals(said, ready, arranged)


if __name__ == "__main__":
    main()
