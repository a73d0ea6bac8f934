"""The schema with the one way to prepare its operations, as every process that runs them needs."""

import asyncio
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from app.edge.cost import appraising, weight_of
from app.edge.documents import Documents
from app.edge.limits import Limits
from app.edge.plans import core_schema
from app.edge.preparing import Prepare
from app.edge.selections import Selections
from app.execution import Compiler
from app.schema.context import Services
from app.schema.root import TributarySchema, build_schema
from app.schema.standing_in import StandIn
from app.webhooks.rules.events import Subject
from app.webhooks.terms import Show, Shown


@dataclass(frozen=True, slots=True)
class Compiling:
    """A schema, and what prepares its operations within limits."""

    schema: TributarySchema
    prepare: Prepare
    limits: Limits

    @classmethod
    def within(cls, limits: Limits) -> Self:
        """Build the schema, which takes a second or two."""
        schema = build_schema()
        core = core_schema(schema)
        prepare = Prepare(
            schema,
            compiler=Compiler(schema, weight_of=weight_of(core)),
            appraise=appraising(core, limits),
            most_tokens=limits.tokens,
        )
        return cls(schema, prepare, limits)

    def selections(self) -> Selections:
        """Return what checks and runs the selections of webhooks, with a store of its own."""
        limits = self.limits
        documents = Documents(self.prepare, most_documents=limits.documents)
        return Selections(documents, tokens=limits.tokens, seconds=limits.operation_seconds)


async def shows(services: Services, limits: Limits) -> Show:
    """Return what shows subjects to webhooks; it builds the schema in a thread, once."""
    compiling = await asyncio.to_thread(Compiling.within, limits)
    selections = compiling.selections()

    async def show(tenant_id: UUID, membership_id: UUID, selection: str, subject: Subject) -> Shown:
        return await selections.show(
            StandIn(services, tenant_id, membership_id), selection, subject
        )

    return show
