"""An administrator consents to a vendor's app with the button of the vendor's page.

On standard input: `{"ready", "profile"}`.
"""

from clients.given import given, same
from clients.pages import Person


def main():
    said = given()
    ready = said["ready"]
    vendor = next(each for each in ready["vendors"] if each["profile"] == said["profile"])
    admin = Person(ready["admin"])
    page = admin.follow(vendor["page"])
    last = admin.follow(page.links[0])
    same(last.title.split(" - ")[0], "The consent has arrived", "the last page")


if __name__ == "__main__":
    main()
