"""Refusals of documents by their shape or cost: each says the number, the limit, the remedy."""

from typing import ClassVar

from app.edge.errors import BadRequest


class DocumentRefused(BadRequest):
    """A document is refused before validation; nothing was run."""

    def __init__(self, message: str, **details: object) -> None:
        """Say it to people, and the numbers behind it to programs."""
        super().__init__(400, message, extensions=details)


class FragmentCycle(DocumentRefused):
    """A fragment spreads itself, at once or through others."""

    def __init__(self, name: str) -> None:
        """Name the fragment, but not at any length."""
        super().__init__(f"Cannot spread fragment '{name[:40]}' within itself.")


class EqualFragments(DocumentRefused):
    """Two fragments have one name."""

    def __init__(self, name: str) -> None:
        """Name them, but not at any length."""
        super().__init__(f"There can be only one fragment named '{name[:40]}'.")


class TooMuch(DocumentRefused):
    """A document asks for more than one request may."""

    what: ClassVar[str]
    remedy: ClassVar[str]

    def __init__(self, asked: int, limit: int) -> None:
        """Say what was asked, what is allowed, and what to do instead."""
        sentence = f"{self.what}: {asked} asked, {limit} allowed. {self.remedy}"
        super().__init__(sentence, asked=asked, limit=limit, remedy=self.remedy)
        self.asked, self.limit = asked, limit


class TooCostly(TooMuch):
    """The pages times what is asked of each of their items come to too many points."""

    code = "TOO_COSTLY"
    what = "The operation costs too much"
    remedy = "Ask for smaller pages, fewer nested lists, or send the list in parts."


class TooDeep(TooMuch):
    """Fields stand too deep inside each other, or in a circle of fragments."""

    code = "TOO_DEEP"
    what = "The operation is too deep"
    remedy = "Ask for the inner things by their ids in a second request."


class TooNested(TooMuch):
    """Selections stand too deep inside each other, fields or not."""

    code = "TOO_NESTED"
    what = "The document's selections are nested too deep"
    remedy = "Write inline fragments side by side, and spread fragments directly."


class TooManyFields(TooMuch):
    """The document selects too much once its fragments are put in place."""

    code = "TOO_MANY_FIELDS"
    what = "The operation selects too many fields"
    remedy = "Leave out what is not shown, or ask in two requests."


class TooManyEqualFields(TooMuch):
    """One place of the answer is asked for many times over."""

    code = "TOO_MANY_EQUAL_FIELDS"
    what = "The operation repeats the same fields, counted in pairs"
    remedy = "Select each field once in its place."


class TooManyFragments(TooMuch):
    """The document defines too many fragments."""

    code = "TOO_MANY_FRAGMENTS"
    what = "The document defines too many fragments"
    remedy = "Send only the fragments that the operation uses, or join small ones."


class TooManyAliases(TooMuch):
    """The document writes too many aliases."""

    code = "TOO_MANY_ALIASES"
    what = "The document has too many aliases"
    remedy = "Use a list argument such as `nodes(ids:)` in place of one alias for each thing."


class TooManyDirectives(TooMuch):
    """The document writes too many directives."""

    code = "TOO_MANY_DIRECTIVES"
    what = "The document has too many directives"
    remedy = "Put `@include` and `@skip` on a fragment in place of each of its fields."


class TooManyArguments(TooMuch):
    """The document writes too many arguments."""

    code = "TOO_MANY_ARGUMENTS"
    what = "The document has too many arguments"
    remedy = "Give each field its own arguments only, or ask in two requests."


class TooManyUnknown(TooMuch):
    """The document was written for another schema."""

    code = "TOO_MANY_UNKNOWN_FIELDS"
    what = "The document asks for too many fields that the schema does not have"
    remedy = "Read the schema, and validate the document before it is sent."


class TooManyVariables(TooMuch):
    """The operation declares too many variables."""

    code = "TOO_MANY_VARIABLES"
    what = "The operation declares too many variables"
    remedy = "Use input objects and lists."


class TooManyMutations(TooMuch):
    """One operation wants too many changes, each a transaction of its own."""

    code = "TOO_MANY_MUTATIONS"
    what = "The operation has too many root fields"
    remedy = "Send the mutations in several requests, or use one that takes a list."


class TooManyItems(TooMuch):
    """Lists written into the document are too long."""

    code = "TOO_MANY_ITEMS"
    what = "Lists written into the document are too long"
    remedy = "Send them as variables."


class TooLongNumber(TooMuch):
    """A number written into the document has more digits than any of ours."""

    code = "TOO_LONG_NUMBER"
    what = "A number is too long, counted in characters"
    remedy = "No field takes so long a number."


class TooDeepIntrospection(TooMuch):
    """Introspection goes round in circles through lists of types and fields."""

    code = "TOO_DEEP_INTROSPECTION"
    what = "The introspection is too deep"
    remedy = "Ask for types by name, `__type(name:)`, in further requests."
