import asyncio
from urllib.parse import urlsplit

from app.edge.limits import Limits
from tests.support.patience import PATIENCE_SECONDS


async def test_a_document_of_too_many_tokens_is_refused_unread(world):
    flood = "{ " + "viewer { name } " * 2_000 + "}"

    answer = await world.ask(flood)

    assert answer.error_codes == ["TOO_MANY_TOKENS"]


async def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(server):
    address = urlsplit(server)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    heading = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    heading += f"Content-Length: {Limits().body_bytes + 1}\r\n\r\n"

    writer.write(heading.encode())
    await writer.drain()
    answer = await asyncio.wait_for(reader.readline(), PATIENCE_SECONDS)
    writer.close()
    await writer.wait_closed()

    assert b" 413 " in answer
