"""What a test hands to its program, and how the program says what it saw."""

import json
import os
import sys


def given():
    """The JSON on standard input."""
    said = json.load(sys.stdin)
    trust(said["ready"])
    return said


def trust(ready):
    """Lets every client trust the tenant's private authority, where it has one."""
    if ready.get("ca"):
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            os.environ[name] = ready["ca"]


def step(what):
    """Says what comes next, so that a failure is seen in its place."""
    print(f"- {what}", flush=True)


def same(found, wanted, what):
    """Fails unless both are equal."""
    assert found == wanted, f"{what}: found {found!r}, wanted {wanted!r}"


def refused(result, error, number):
    """Fails unless msal's answer is this OAuth error with Entra's number in it."""
    assert "access_token" not in result, f"a token came, where AADSTS{number} should"
    same((result.get("error"), result.get("error_codes")), (error, [number]), "the refusal")
    text = result["error_description"]
    assert text.startswith(f"AADSTS{number}:"), text
    for name in ("Trace ID: ", "Correlation ID: ", "Timestamp: "):
        assert name in text, f"no {name!r} in {text!r}"
