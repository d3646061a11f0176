"""The contract's schemas, closed.

OpenAPI leaves every object open. A referee that takes any property would never notice a misspelt
one, so that here an object has the properties that the contract names and no others, except where
the contract itself says `additionalProperties` or `x-open-type`.
"""

import copy
import json

from jsonschema.validators import extend
from openapi_core.validation.schemas.factories import SchemaValidatorsFactory
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator
from jsonschema.exceptions import ValidationError

PREFIX = "#/components/schemas/"

# Open types in which an answer may say anything; in the others it says what the contract names.
OPEN_IN_ANSWERS = {
    "microsoft.graph.customSecurityAttributeValue",
    "microsoft.graph.publicInnerError",
}

# What Microsoft shows in open types besides: https://learn.microsoft.com/graph/api/drive-get
# (the owner of a group's drive is a group).
SHOWN = {"microsoft.graph.identitySet": {"group": {"$ref": f"{PREFIX}microsoft.graph.identity"}}}


# Graph ignores what it does not know in the requests of a batch, and Microsoft's own library relies on
# it: https://github.com/microsoftgraph/msgraph-sdk-python-core/pull/996
OPEN_ITEMS = {"batchRequest": "requests"}

# Types that only operations of later work are about. Elsewhere they stand behind navigation
# properties that nobody can write inside another object, and are not judged there.
LATER = {f"microsoft.graph.{name}" for name in ("calendar", "driveItem", "event")}


def read(path):
    """The contract as it is published."""
    return json.loads(path.read_text(encoding="utf-8"))


def base_of(schema):
    """The name of the type that a type is derived from."""
    for part in schema.get("allOf", []):
        if "$ref" in part:
            return part["$ref"].removeprefix(PREFIX)
    return None


def own_of(schema):
    """What a type adds to the one that it is derived from."""
    return next((part for part in schema.get("allOf", []) if "$ref" not in part), schema)


def chain_of(schemas, name):
    """The type and those that it is derived from, the most general first."""
    chain = []
    while name is not None:
        chain.insert(0, name)
        name = base_of(schemas[name])
    return chain


def closed(contract, *, answers):
    """The contract with closed schemas: as requests are judged, or as answers are."""
    spec = copy.deepcopy(contract)
    schemas = contract["components"]["schemas"]
    whole = {name: _whole(schemas, name, answers) for name in schemas}
    derived = {name: set() for name in schemas}
    for name in schemas:
        for base in chain_of(schemas, name)[:-1]:
            derived[base].add(name)
    for name, below in derived.items():
        if answers and below:
            # An object says of which derived type it is, and is judged as that one.
            names = sorted({name} | below)
            spec["components"]["schemas"][f"{name}.itself"] = whole[name]
            whole[name] = {"x-derived": {f"#{other}": _itself(other, derived) for other in names},
                           "x-itself": f"{PREFIX}{name}.itself"}
    spec["components"]["schemas"].update(whole)
    for item in spec["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                _close_contents(operation)
    for response in spec["components"]["responses"].values():
        _close_contents(response)
    return spec


def _itself(name, derived):
    return f"{PREFIX}{name}.itself" if derived[name] else f"{PREFIX}{name}"


def _whole(schemas, name, answers):
    """A type with all that it inherits, in one closed object."""
    own = own_of(schemas[name])
    if name in LATER and not answers:
        return {}
    if own.get("type") != "object" or "enum" in own:
        return _close(own)
    whole = {"type": "object", "properties": {}, "required": []}
    for part in chain_of(schemas, name):
        part = own_of(schemas[part])
        whole["properties"].update(part.get("properties", {}))
        whole["required"] += part.get("required", [])
        # What is derived from an open type is open.
        if "additionalProperties" in part:
            whole["additionalProperties"] = part["additionalProperties"]
        # The slice leaves out types that lead far away; Graph has these properties.
        for pruned in part.get("x-pruned-navigation", []):
            whole["properties"].setdefault(pruned, {})
    if name in OPEN_ITEMS:
        items = whole["properties"][OPEN_ITEMS[name]]
        opened = items["items"] | {"additionalProperties": True}
        whole["properties"][OPEN_ITEMS[name]] = items | {"items": opened}
    if answers and name not in OPEN_IN_ANSWERS and whole.get("additionalProperties") is True:
        whole["additionalProperties"] = False
        whole["properties"].update(SHOWN.get(name, {}))
    return _close(whole)


def _close(schema):
    """A schema and all that it holds, without what nobody named."""
    schema = dict(schema)
    if schema.get("type") == "object" and "enum" not in schema:
        schema.setdefault("additionalProperties", False)
        # OData JSON format 4.01, sections 4.6.3 and 4.6.11: on every object, and text.
        annotations = {name: {"type": "string"} for name in ("@odata.type", "@odata.etag")}
        schema["properties"] = annotations | schema.get("properties", {})
    if "properties" in schema:
        inside = schema["properties"].items()
        schema["properties"] = {name: _close(inner) for name, inner in inside}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = _close(schema[key])
    if "anyOf" in schema:
        schema["anyOf"] = [_close(inner) for inner in schema["anyOf"]]
    return schema


def _close_contents(holder):
    contents = [holder.get("requestBody", {}).get("content", {}), holder.get("content", {})]
    contents += [answer.get("content", {}) for answer in holder.get("responses", {}).values()]
    for content in contents:
        for media_type in content.values():
            media_type["schema"] = _close(media_type["schema"])


def _additional(validator, allowed, instance, schema):
    """As OpenAPI has it, but that a name with an `@` is an annotation: OData JSON format, 4.6."""
    if not validator.is_type(instance, "object"):
        return
    for name, value in instance.items():
        if name in schema.get("properties", {}) or "@" in name:
            continue
        if isinstance(allowed, dict):
            yield from validator.descend(value, allowed, path=name)
        elif not allowed:
            yield ValidationError(f"there is no property {name!r}")


def _flags(validator, members, instance, schema):
    """A flags enumeration: names from the list, joined by commas."""
    if isinstance(instance, str):
        for word in instance.split(","):
            if word.strip() not in members:
                yield ValidationError(f"{word!r} is none of {members}")


def _derived(validator, types, instance, schema):
    said = instance.get("@odata.type") if isinstance(instance, dict) else None
    yield from validator.descend(instance, {"$ref": types.get(said, schema["x-itself"])})


class _Kept(SchemaValidatorsFactory):
    """Validators that are made once: openapi-core makes each anew for every value."""

    def __init__(self, kind):
        super().__init__(kind)
        self._made = {}

    def create(self, spec, schema, **options):
        key = tuple(schema.parts)
        if key not in self._made:
            self._made[key] = super().create(spec, schema, **options)
        return self._made[key]


def factory(*, answers):
    """Validators of the closed schemas of one operation, for openapi-core."""
    own = {"additionalProperties": _additional, "x-flags": _flags, "x-derived": _derived}
    kind = OAS30ReadValidator if answers else OAS30WriteValidator
    return _Kept(extend(kind, own))
