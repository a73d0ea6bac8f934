"""Commands over payments."""

from base64 import b64decode
from typing import Annotated

import typer

from app.webhooks.rules.signing import PREFIX
from launch.cli.console import console
from launch.payments import SimulatedProvider

commands = typer.Typer(no_args_is_help=True, help="Develop with payments, without money.")
Port = Annotated[int, typer.Option(help="Where the provider listens on this machine.")]
Secret = Annotated[str, typer.Option(help="As `setCheckoutAccount` showed it.")]
Callback = Annotated[str, typer.Option(help="Where it reports: the server and `callbackPath`.")]


@commands.command()
def simulate(secret: Secret, callback: Callback, port: Port = 8090) -> None:
    """Run a payment provider that takes no money; people decide on the page of each payment."""
    key = b64decode(secret.removeprefix(PREFIX))
    provider = SimulatedProvider(key, callback, port)
    console.print(f"Provider at {provider.address}. Ctrl-C ends it.")
    try:
        provider.serve()
    except KeyboardInterrupt:
        console.print("Stopped.")


@commands.callback()
def of_payments() -> None:
    """Keep `simulate` a word of its own: more may follow."""
