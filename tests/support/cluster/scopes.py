"""Names in a statement: which tables a query reads, and which columns it says are equal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pglast import ast, enums

from tests.support.tenant_rows import TABLES

CONSTANT = "a constant"
TENANT = "tenant_id"
Node = str
"""A column of one use of a table, or the constant."""


@dataclass
class Relation:
    """One use of something in FROM; `columns` are the nodes that are known of it."""

    alias: str
    columns: dict[str, Node]
    table: str | None = None


@dataclass
class Scope:
    """One query: what it reads and what it says is equal; it sees what is around it."""

    outer: "Scope | None" = None
    relations: list[Relation] = field(default_factory=list)
    equal: list[tuple[Node, Node]] = field(default_factory=list)
    lateral: list[tuple[Relation, Any]] = field(default_factory=list)

    def find(self, names: list[str]) -> Node | None:
        """The node of a column as it is written, qualified or not."""
        *alias, column = names
        for relation in self.relations:
            if (not alias or relation.alias == alias[-1]) and column in relation.columns:
                return relation.columns[column]
        return self.outer.find(names) if self.outer else None

    def is_constant(self, node: Node | None) -> bool:
        """Whether a node must be the constant, by this query and those around it."""
        known, edges = {CONSTANT}, list(self.edges())
        while True:
            more = {b for a, b in edges if a in known} | {a for a, b in edges if b in known}
            if more <= known:
                return node in known
            known |= more

    def edges(self) -> Iterator[tuple[Node, Node]]:
        """All that is said to be equal, here and around."""
        yield from self.equal
        if self.outer:
            yield from self.outer.edges()

    def node_of(self, expression: Any) -> Node | None:
        """What an expression is, if it is a column or a constant."""
        match expression:
            case ast.TypeCast():
                return self.node_of(expression.arg)
            case ast.ParamRef() | ast.A_Const():
                return CONSTANT
            case ast.ColumnRef():
                names = [each.sval for each in expression.fields if isinstance(each, ast.String)]
                return self.find(names) if len(names) == len(expression.fields) else None
        return None

    def learn(self, condition: Any) -> None:
        """Take in what a condition says is equal, where all of it must hold."""
        match condition:
            case ast.A_Const(isnull=False, val=ast.Boolean(boolval=False)):
                # What reads no row at all reads none of another tenant.
                nodes = (node for each in self.relations for node in each.columns.values())
                self.equal += [(node, CONSTANT) for node in nodes]
            case ast.BoolExpr(boolop=enums.BoolExprType.AND_EXPR):
                for each in condition.args:
                    self.learn(each)
            case ast.A_Expr(kind=enums.A_Expr_Kind.AEXPR_OP) if condition.name[-1].sval == "=":
                for left, right in _pairs(condition.lexpr, condition.rexpr):
                    a, b = self.node_of(left), self.node_of(right)
                    if a and b:
                        self.equal.append((a, b))


def _pairs(left: Any, right: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(left, ast.RowExpr) and isinstance(right, ast.RowExpr):
        return zip(left.args, right.args, strict=True)
    return [(left, right)]


def is_distributed(relation: ast.RangeVar) -> bool:
    """Whether a table is one of a tenant's own."""
    return relation.schemaname in {None, "public"} and relation.relname in TABLES
