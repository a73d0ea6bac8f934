"""Whoever looks after the jobs of a network, by the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.support.world import Answer, Person, gid

_FIELDS = "id listener queue eventKind subjectId failures error toldAt diedAt state decidedAt"
_ANSWER = f"__typename ... on DeadJob {{ {_FIELDS} }} ... on Refusal {{ code message }}"


@dataclass(frozen=True)
class Administrator:
    """A person's hands on dead jobs."""

    person: Person

    async def dead_jobs(self, **given: Any) -> Answer:
        return await self.person.ask(
            "query($state: DeadJobState, $first: Int! = 20, $after: String) {"
            " deadJobs(state: $state, first: $first, after: $after) {"
            f" edges {{ cursor node {{ {_FIELDS} }} }} pageInfo {{ hasNextPage }} }} }}",
            **given,
        )

    async def replay(self, letter_id: UUID) -> Answer:
        return await self._decide("replayDeadJob", "ReplayDeadJobInput", letter_id)

    async def drop(self, letter_id: UUID) -> Answer:
        return await self._decide("dropDeadJob", "DropDeadJobInput", letter_id)

    async def _decide(self, name: str, input_type: str, letter_id: UUID) -> Answer:
        document = f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ {_ANSWER} }} }}"
        return await self.person.ask(document, input={"id": gid("DeadJob", letter_id)})
