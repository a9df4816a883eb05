"""The schemas of messages: from the wire structs, with what the members mean.

OpenAPI 3.0: what may be null in a request says ``nullable``; members of replies are left out
where they do not apply, and never null.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec

Schema = dict[str, Any]
Member = dict[str, Any]
Members = dict[str, dict[str, Member]]
"""What is told of members, by schema and member."""
AlwaysThere = dict[str, tuple[str, ...]]
"""Members of replies that the wire structs take as optional, and every reply has; by schema."""

REFERENCE: Final = "#/components/schemas/{name}"


def ref(name: str) -> Schema:
    """A reference to the schema called ``name``."""
    return {"$ref": REFERENCE.format(name=name)}


def schemas_of(
    structs: Sequence[type],
    members: Members,
    always_there: AlwaysThere,
    nullable: Collection[str] = (),
) -> dict[str, Schema]:
    """The schemas of ``structs`` and of all that they hold, by name; of those called as in
    ``nullable``, members may be null.
    """
    _, components = msgspec.json.schema_components(structs, ref_template=REFERENCE)
    found = {
        name: _schema(
            made, members.get(name, {}), always_there.get(name, ()), nullable=name in nullable
        )
        for name, made in components.items()
    }
    return dict(sorted(found.items()))


def _schema(
    made: Schema, told: dict[str, Member], always: tuple[str, ...], *, nullable: bool
) -> Schema:
    description = made["description"].replace("``", "`")
    if "enum" in made:
        return {"type": "string", "description": description, "enum": made["enum"]}
    properties = {
        member: {**_plain(schema, nullable=nullable), **told.get(member, {})}
        for member, schema in made["properties"].items()
    }
    required = [*made["required"], *always]
    schema: Schema = {"type": "object", "description": description, "properties": properties}
    return {**schema, "required": required} if required else schema


def _plain(schema: Schema, *, nullable: bool) -> Schema:
    """A member's schema without JSON Schema's way of saying that it may be null."""
    if "anyOf" not in schema:
        return schema
    (plain,) = (each for each in schema["anyOf"] if each != {"type": "null"})
    if not nullable:
        return dict(plain)
    return {"allOf": [plain], "nullable": True} if "$ref" in plain else {**plain, "nullable": True}
