"""A browser with a person before it: opens an address, goes through the pages, agrees.

    browser.py GIVEN ADDRESS

GIVEN is a file with `{"ready", "account": {"user", "password"}}`. The account signs in to the apps
of connections, the tenant's administrator to everything else. What was seen is added to
`browser.log` beside the file.
"""

import json
import pathlib
import sys

from clients.given import trust
from clients.pages import Person


def main():
    given = pathlib.Path(sys.argv[1])
    said = json.loads(given.read_text(encoding="utf-8"))
    trust(said["ready"])
    address = sys.argv[2]
    setting_up = said["ready"]["bootstrap_client_id"] in address or "/adminconsent?" in address
    account = said["ready"]["admin"] if setting_up else said["account"]
    person = Person(account, ticks=True)
    page = person.follow(address)
    with given.with_name("browser.log").open("a", encoding="utf-8") as log:
        seen = person.seen or [page.title]
        log.write(f"{account['user']}: {' > '.join(seen)} {' '.join(page.alerts)}\n")


if __name__ == "__main__":
    main()
