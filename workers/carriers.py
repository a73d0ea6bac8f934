"""Carriers are asked by jobs of their own queue, so that slow ones hold up nobody else's work.

The transaction that claims the event is open while the carrier is spoken to, and holds no row. What
came of it is noted with the claim; a carrier that did not answer is asked again by the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.carriers.adapters import Adapter, HttpAdapter
from app.carriers.models import Carrier
from app.carriers.operations import our_keys
from app.carriers.rules.signing import CarrierKeys
from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.fulfilment.operations.bookings import CARRIER_ASKED
from app.fulfilment.operations.conversing import converse
from app.webhooks.client import Caller
from workers.events import Listener

CARRIER_QUEUE = "carriers"


@dataclass(frozen=True, slots=True)
class CarrierListener:
    """Asks carriers by HTTP what was to be asked."""

    caller: Caller
    keys: CarrierKeys

    async def ask(self, work: Work, event: OutboxEvent) -> None:
        """Ask once; what comes of it stands with the booking."""
        await converse(work, event.subject_id, self._reach)

    async def _reach(self, work: Work, carrier: Carrier) -> Adapter:
        keys = await our_keys(work, carrier.id, self.keys)
        return HttpAdapter(self.caller, carrier.url or "", keys, work.now)


def carrier_listeners(caller: Caller, keys: CarrierKeys) -> Sequence[Listener]:
    """Return who asks carriers."""
    asking = CarrierListener(caller, keys)
    kinds = frozenset({CARRIER_ASKED})
    return (Listener("ask_carrier", kinds, asking.ask, queue=CARRIER_QUEUE),)
