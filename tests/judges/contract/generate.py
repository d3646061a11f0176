"""Bodies made up from the contract's schemas."""

import uuid

from .schemas import PREFIX

WORDS = ("", "A title", "contoso", " !", "Grüße", "00000003-0000-0000-c000-000000000000", "1")
VALUES = {
    "date-time": lambda rng: rng.choice(("2026-12-24T16:00:00Z", "2026-12-24t16:00:00.1234567+01:00")),
    "date": lambda _: "2026-12-24",
    "uuid": lambda rng: str(uuid.UUID(int=rng.getrandbits(128))),
    "base64url": lambda rng: rng.choice(("AAEC", "_-8")),
    "int16": lambda rng: rng.choice((0, -1, 2**15 - 1)),
    "int32": lambda rng: rng.choice((0, -1, 50, 2**31 - 1, -(2**31))),
    "int64": lambda rng: rng.choice((0, 2**63 - 1, -(2**63))),
    "double": lambda rng: rng.choice((0, 1.5)),
    "float": lambda rng: rng.choice((0, 1.5)),
}
DEEPEST = 4


class Generator:
    """Makes what a schema allows."""

    def __init__(self, spec, rng):
        self._schemas = spec["components"]["schemas"]
        self._rng = rng

    def value(self, schema, depth=0):
        rng = self._rng
        if "$ref" in schema:
            return self.value(self._schemas[schema["$ref"].removeprefix(PREFIX)], depth)
        if "anyOf" in schema:
            return None if rng.random() < 0.2 else self.value(schema["anyOf"][0], depth)
        if schema.get("nullable") and rng.random() < 0.2:
            return None
        if "enum" in schema:
            return rng.choice(schema["enum"])
        if "x-flags" in schema:
            return ",".join(rng.sample(schema["x-flags"], rng.randint(1, len(schema["x-flags"]))))
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                return [self.value(schema["items"], depth + 1) for _ in range(rng.randint(0, 2))]
            case "boolean":
                return rng.random() < 0.5
            case "integer" | "number" | "string":
                make = VALUES.get(schema.get("format"))
                if make is None:
                    return rng.choice(WORDS) if schema["type"] == "string" else 1
                return make(rng)
            case _:
                return rng.choice((None, 1, "x", {"x": []}))

    def _object(self, schema, depth):
        rng = self._rng
        properties = {name: inner for name, inner in schema.get("properties", {}).items()
                      if not name.startswith("@odata") or name in schema.get("required", [])}
        chosen = set(schema.get("required", []))
        if depth < DEEPEST and properties:
            chosen |= set(rng.sample(sorted(properties), rng.randint(0, min(4, len(properties)))))
        made = {name: self.value(properties[name], depth + 1) for name in sorted(chosen)}
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and depth < DEEPEST:
            for _ in range(rng.randint(0, 2)):
                made[VALUES["uuid"](rng)] = self.value(more, depth + 1)
        return made
