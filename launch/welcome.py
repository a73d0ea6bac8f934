"""The page that greets a newcomer: where it runs, who may sign in, what to try first."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text


@dataclass(frozen=True)
class SignIn:
    """One account of the demonstration, and what its owner does in the trade."""

    role: str
    organisation: str
    email: str


@dataclass(frozen=True)
class Example:
    """One operation to paste, and what to know about it."""

    title: str
    hint: str
    operation: str


@dataclass(frozen=True)
class Demonstration:
    """What the seeding leaves for a person to try; all sign-ins share one password."""

    sign_ins: tuple[SignIn, ...]
    password: str
    examples: tuple[Example, ...]


def greet(console: Console, address: str, demonstration: Demonstration, data: Path) -> None:
    """Print the page; operations stand alone at the margin, so that they can be copied whole."""
    console.rule("Tributary is running")
    for name, place in (
        ("GraphQL", f"{address}/graphql"),
        ("Health", f"{address}/readyz"),
        ("E-mails", str(data / "mail")),
        ("Logs", str(data / "log")),
    ):
        _print(console, f"{name:<8} {place}", "bold" if name == "GraphQL" else "")
    _print(console, f"\nSign in with the password: {demonstration.password}", "bold")
    for each in demonstration.sign_ins:
        _print(console, f"{each.email:<31} {each.role}, {each.organisation}")
    for place, example in enumerate(demonstration.examples, start=1):
        _print(console, f"\n{place}. {example.title}", "bold")
        _print(console, example.operation, "cyan")
        if example.hint:
            _print(console, example.hint)
    _print(console, f"\nPaste them into GraphiQL: open {address}/graphql in a browser.")
    _print(console, "GraphiQL loads its page from the internet; without it, POST them as JSON.")
    console.rule("Ctrl-C stops everything; the data stays")


def _print(console: Console, text: str, style: str = "") -> None:
    """Print without wrapping: a broken line cannot be pasted."""
    console.print(Text(text, style), soft_wrap=True)
