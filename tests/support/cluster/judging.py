"""Hold one statement against the rules of a cluster."""

import re
from functools import cache
from itertools import count
from typing import Any

from pglast import ast, parse_sql
from pglast.enums import VariableSetKind

from tests.support.cluster.scopes import CONSTANT, TENANT, Node, Relation, Scope, is_distributed

_NAMED, _PLAIN = re.compile(r"%\((\w+)\)s"), re.compile(r"%s")
Common = dict[str, dict[str, Node]]
"""The columns of common table expressions that are known, by name."""


@cache
def faults(text: str) -> tuple[str, ...]:
    """Say what of a statement, as the driver gets it, would not run on a cluster."""
    judge = _Judge()
    for statement in parse_sql(_numbered(text)):
        judge.statement(statement.stmt)
    return tuple(dict.fromkeys(judge.faults))


def _numbered(text: str) -> str:
    """Write parameters as PostgreSQL does."""
    if not _NAMED.search(text) and not _PLAIN.search(text):
        return text
    numbers, last = dict[str, int](), count(1)
    named = _NAMED.sub(lambda found: f"${numbers.setdefault(found[1], next(last))}", text)
    return _PLAIN.sub(lambda _: f"${next(last)}", named).replace("%%", "%")


class _Judge:
    def __init__(self) -> None:
        self.faults: list[str] = []
        self._uses = count()

    def statement(self, statement: Any) -> None:
        match statement:
            case ast.MergeStmt():
                self.faults.append("MERGE takes no values on a cluster")
            case ast.VariableSetStmt(kind=VariableSetKind.VAR_SET_VALUE):
                if not statement.is_local:
                    self.faults.append(f"SET {statement.name} without LOCAL stays behind")
            case ast.SelectStmt() | ast.InsertStmt() | ast.UpdateStmt() | ast.DeleteStmt():
                self.query(statement, {}, None)
            case _:
                pass

    def query(self, query: Any, common: Common, outer: Scope | None) -> dict[str, Node]:
        """Judge a query and all in it; return which of its columns are which nodes."""
        common = self._with(query, common, outer)
        if isinstance(query, ast.SelectStmt) and query.larg is not None:
            left = self.query(query.larg, common, outer)
            right = self.query(query.rarg, common, outer)
            return {name: CONSTANT for name, node in left.items() if node == right.get(name)}
        scope = Scope(outer)
        conditions = self._read(query, common, scope)
        for condition in conditions:
            scope.learn(condition)
        for relation, subquery in scope.lateral:
            relation.columns |= self.query(subquery, common, scope)
        for condition in conditions if scope.lateral else ():
            scope.learn(condition)
        self._check_tenants(scope)
        self._check_writing(query)
        for each in [*conditions, *_expressions(query)]:
            self._inside(each, common, scope)
        if isinstance(query, ast.InsertStmt):
            if query.selectStmt is not None:
                self.query(query.selectStmt, common, outer)
            return {}
        return self._columns(query, scope)

    def _with(self, query: Any, common: Common, outer: Scope | None) -> Common:
        if query.withClause is None:
            return common
        known = dict(common)
        for each in query.withClause.ctes:
            if query.withClause.recursive:
                known[each.ctename] = {TENANT: CONSTANT}
            known[each.ctename] = self.query(each.ctequery, known, outer)
        return known

    def _read(self, query: Any, common: Common, scope: Scope) -> list[Any]:
        """Note what a query reads or writes, and return its conditions."""
        conditions: list[Any] = []
        if isinstance(query, (ast.UpdateStmt, ast.DeleteStmt)):
            self._from(query.relation, common, scope, conditions)
        others = getattr(query, "usingClause", None) or getattr(query, "fromClause", None) or ()
        for each in others:
            self._from(each, common, scope, conditions)
        if where := getattr(query, "whereClause", None):
            conditions.append(where)
        return conditions

    def _from(self, item: Any, common: Common, scope: Scope, conditions: list[Any]) -> None:
        match item:
            case ast.RangeVar():
                scope.relations.append(self._relation(item, common))
            case ast.JoinExpr():
                before = len(scope.relations)
                self._from(item.larg, common, scope, conditions)
                middle = len(scope.relations)
                self._from(item.rarg, common, scope, conditions)
                if item.quals is not None:
                    conditions.append(item.quals)
                if any(each.sval == TENANT for each in item.usingClause or ()):
                    left, right = scope.relations[before:middle], scope.relations[middle:]
                    scope.equal += [
                        (a.columns[TENANT], b.columns[TENANT])
                        for a in left
                        for b in right
                        if TENANT in a.columns and TENANT in b.columns
                    ]
            case ast.RangeSubselect():
                relation = Relation(item.alias.aliasname, {})
                scope.relations.append(relation)
                if item.lateral:
                    scope.lateral.append((relation, item.subquery))
                else:
                    relation.columns |= self.query(item.subquery, common, scope.outer)
            case ast.RangeFunction():
                alias = item.alias.aliasname if item.alias else ""
                scope.relations.append(Relation(alias, {}))
                self._inside(item.functions, common, scope)
            case _:
                pass

    def _relation(self, item: ast.RangeVar, common: Common) -> Relation:
        alias = item.alias.aliasname if item.alias else item.relname
        if item.schemaname is None and item.relname in common:
            return Relation(alias, common[item.relname])
        if not is_distributed(item):
            return Relation(alias, {})
        return Relation(alias, {TENANT: f"{alias}.{TENANT} #{next(self._uses)}"}, item.relname)

    def _check_tenants(self, scope: Scope) -> None:
        for relation in scope.relations:
            if relation.table and not scope.is_constant(relation.columns[TENANT]):
                self.faults.append(f"{relation.table} is used without tenant_id = a constant")

    def _check_writing(self, query: Any) -> None:
        match query:
            case ast.UpdateStmt():
                self._check_set(query.targetList)
            case ast.InsertStmt() if is_distributed(query.relation):
                named = [column.name for column in query.cols or ()]
                if TENANT not in named:
                    self.faults.append(f"{query.relation.relname} is written without tenant_id")
                conflict = query.onConflictClause
                if conflict is not None:
                    self._check_set(conflict.targetList)
            case _:
                pass

    def _check_set(self, targets: Any) -> None:
        if any(target.name == TENANT for target in targets or ()):
            self.faults.append("tenant_id is changed")

    def _inside(self, expression: Any, common: Common, scope: Scope) -> None:
        """Judge the queries inside an expression, which see what is around them."""
        if isinstance(expression, (tuple, list)):
            for each in expression:
                self._inside(each, common, scope)
        elif isinstance(expression, ast.SubLink):
            self.query(expression.subselect, common, scope)
            self._inside(expression.testexpr, common, scope)
        elif isinstance(expression, ast.FuncCall) and _sets_the_tenant(expression):
            self.faults.append("set_config reaches no other machine; SET LOCAL does")
        elif isinstance(expression, ast.Node):
            for name in expression:
                self._inside(getattr(expression, name), common, scope)

    def _columns(self, query: Any, scope: Scope) -> dict[str, Node]:
        """Say which columns of a finished query are constant by what it says itself."""
        targets = query.targetList if isinstance(query, ast.SelectStmt) else ()
        if not isinstance(query, ast.SelectStmt) and query.returningClause is not None:
            targets = query.returningClause.exprs
        found: dict[str, Node] = {}
        for target in targets or ():
            value = target.val
            names = value.fields if isinstance(value, ast.ColumnRef) else ()
            if names and isinstance(names[-1], ast.A_Star):
                for relation in scope.relations:
                    if len(names) == 1 or relation.alias == names[0].sval:
                        found |= relation.columns
                continue
            name = target.name or (names[-1].sval if names else None)
            node = scope.node_of(value)
            if name and node:
                found[name] = node
        return {name: CONSTANT for name, node in found.items() if scope.is_constant(node)}


def _sets_the_tenant(call: ast.FuncCall) -> bool:
    """Whether a call sets what policies read; what only the first machine obeys may be set so."""
    name = call.args[0] if call.funcname[-1].sval == "set_config" else None
    plain = isinstance(name, ast.A_Const) and isinstance(name.val, ast.String)
    return name is not None and not (plain and name.val.sval != "app.tenant_id")


def _expressions(query: Any) -> list[Any]:
    """All parts of a query that may hold further queries and are no FROM and no condition."""
    places = (
        "targetList",
        "havingClause",
        "sortClause",
        "limitCount",
        "onConflictClause",
        "returningClause",
        "valuesLists",
        "groupClause",
        "windowClause",
    )
    return [each for name in places if (each := getattr(query, name, None)) is not None]
