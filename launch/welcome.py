"""The page that greets a newcomer: where it runs, who may sign in, what to try first."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console, Group
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from launch.secrets import keep


@dataclass(frozen=True)
class SignIn:
    """One account of the demonstration, and what its owner does in the trade."""

    role: str
    organisation: str
    email: str
    password: str


@dataclass(frozen=True)
class Demonstration:
    """What the seeding leaves for a person to try."""

    sign_ins: tuple[SignIn, ...]
    query: str
    mutation: str


def remembered(data: Path, seed: Callable[[], Demonstration]) -> Demonstration:
    """Seed once per data directory; afterwards recall what the first time left."""
    path = data / "demonstration.json"
    if not path.exists():
        keep(path, json.dumps(asdict(seed()), indent=2))
    content = json.loads(path.read_text())
    sign_ins = tuple(SignIn(**sign_in) for sign_in in content.pop("sign_ins"))
    return Demonstration(sign_ins=sign_ins, **content)


def greet(console: Console, address: str, demonstration: Demonstration, data: Path) -> None:
    """Print the page."""
    parts = [
        Text.from_markup(f"GraphQL     [bold]{address}/graphql[/]"),
        Text(f"Health      {address}/health"),
        Text(f"E-mails     {data / 'mail'}"),
        Text(f"Logs        {data / 'log'}"),
        *_sign_ins(demonstration.sign_ins),
        *_example("Look around", demonstration.query),
        *_example("Change something", demonstration.mutation),
        Text("\nCtrl-C stops everything; the data stays.", style="dim"),
    ]
    console.print(Panel(Group(*parts), title="Tributary is running", padding=(1, 2)))


def _sign_ins(sign_ins: tuple[SignIn, ...]) -> list[Table | Text]:
    if not sign_ins:
        return []
    table = Table("role", "organisation", "e-mail", "password", box=None, padding=(0, 2, 0, 0))
    for sign_in in sign_ins:
        table.add_row(sign_in.role, sign_in.organisation, sign_in.email, sign_in.password)
    return [Text("\nSign in as", style="bold"), table]


def _example(title: str, operation: str) -> list[Text | Syntax]:
    if not operation:
        return []
    return [
        Text(f"\n{title}", style="bold"),
        Syntax(operation, "graphql", background_color="default", word_wrap=True),
    ]
