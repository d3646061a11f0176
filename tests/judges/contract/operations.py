"""Which operation of the contract a request is for."""

import re
from urllib.parse import unquote

METHODS = ("get", "post", "patch", "put", "delete")


class Unknown(Exception):
    """The contract has no such path, or no such method on it."""


class Operations:
    """The operations of a contract, by method and path."""

    def __init__(self, contract):
        self._templates = []
        for template, item in contract["paths"].items():
            # `/users/delta()` is called `/users/delta` on the wire.
            parts = template.removesuffix("()").strip("/").split("/")
            methods = [method for method in METHODS if method in item]
            self._templates.append((template, [_part(part) for part in parts], methods))
        # A name wins over an id in the same place.
        self._templates.sort(key=lambda entry: [isinstance(part, re.Pattern) for part in entry[1]])

    def __iter__(self):
        for template, _, methods in self._templates:
            for method in methods:
                yield method, template

    def find(self, method, path):
        """The template of a path below the version, with the values of its parameters."""
        segments = _segments(path)
        others = set()
        for template, parts, methods in self._templates:
            values = _match(parts, segments)
            if values is None:
                continue
            if method.lower() in methods:
                return template, dict(zip(re.findall(r"\{(.*?)\}", template), values))
            others.update(methods)
        if others:
            raise Unknown(f"the path takes no {method}, only {', '.join(sorted(others)).upper()}")
        raise Unknown(f"there is no path {path!r}")


def _part(part):
    if "{" not in part:
        return part
    before, after = re.fullmatch(r"(.*)\{.*\}(.*)", part).groups()
    return re.compile(f"{re.escape(before)}(.*){re.escape(after)}", re.DOTALL)


def _segments(path):
    """The segments of a path, decoded, with the second spellings that OData has for some.

    OData URL conventions 4.01: `users('id')` is `users/id` (4.3.1, 4.3.6), a cast names the type
    with its namespace (4.11), and a function without parameters needs no parentheses (4.5).
    """
    segments = []
    for segment in path.removeprefix("/").split("/"):
        segment = unquote(segment)
        keyed = re.fullmatch(r"([^(]*)\('(.*)'\)", segment, re.DOTALL)
        if keyed:
            segments += [keyed[1], keyed[2].replace("''", "'")]
        elif segment.startswith("microsoft.graph."):
            segments.append(segment.removeprefix("microsoft."))
        else:
            segments.append("delta" if segment == "delta()" else segment)
    return segments


def _match(parts, segments):
    if len(parts) != len(segments):
        return None
    values = []
    for part, segment in zip(parts, segments):
        if isinstance(part, str):
            if part != segment:
                return None
            continue
        found = part.fullmatch(segment)
        if found is None or (part.pattern == "(.*)" and not _is_key(segment)):
            return None
        values.append(found[1])
    return values


def _is_key(segment):
    """Where a key stands as a segment, names of the system, of functions and of types are none.

    OData URL conventions 4.01, section 4.3.6.
    """
    return segment not in ("", "delta") and not segment.startswith(("$", "graph."))
