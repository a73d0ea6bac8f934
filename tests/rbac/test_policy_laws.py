from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.actor import Actor, Scope
from app.kernel.ids import new_id
from app.rbac.errors import GrantBeyondOwn
from app.rbac.permissions import Permission
from app.rbac.policy import Grant, compile_grants, enforcer_for
from app.rbac.rules import Effect, Right, check_held, gained, swapped

TENANT = UUID(int=1)
ROLES = [UUID(int=number) for number in range(10, 14)]
PERMISSIONS = [
    Permission.ORDER_READ,
    Permission.MEMBER_WRITE,
    Permission.PRICE_WRITE,
    Permission.ORDER_PLACE,
]


@st.composite
def rights(draw, effects=tuple(Effect)):
    permission = draw(st.sampled_from(PERMISSIONS))
    scope = draw(st.sampled_from(permission.scopes))
    return Right(permission, scope, draw(st.sampled_from(effects)))


role_rights = st.lists(rights(), max_size=4, unique_by=lambda right: right.permission)
policies = st.fixed_dictionaries(dict.fromkeys(ROLES, role_rights))
held_roles = st.sets(st.sampled_from(ROLES))


def rows(policy):
    return [
        Grant(role, right.permission, right.scope, right.effect)
        for role, lines in policy.items()
        for right in lines
    ]


def compiled(policy, held):
    return compile_grants(held, rows(policy))


def actor(grants):
    return Actor(TENANT, new_id(), new_id(), new_id(), "Li Wei", grants)


@given(policies, held_roles)
def test_a_compiled_grant_answers_every_question_as_casbin_does(policy, held):
    enforcer = enforcer_for(TENANT, held, rows(policy))

    grants = compiled(policy, held)

    for permission in Permission:
        for scope in permission.scopes:
            looked_up = permission in grants and grants[permission].covers(scope)
            assert looked_up == enforcer.enforce(
                "actor", str(TENANT), permission.value, scope.value
            )


@given(policies, held_roles)
def test_casbin_answers_as_the_rule_written_out(policy, held):
    lines = [right for role in held for right in policy[role]]

    grants = compiled(policy, held)

    for permission in PERMISSIONS:
        for scope in permission.scopes:
            of_it = [right for right in lines if right.permission == permission]
            allowed = any(r.effect is Effect.ALLOW and r.scope.covers(scope) for r in of_it)
            denied = any(r.effect is Effect.DENY and scope.covers(r.scope) for r in of_it)
            assert (permission in grants and grants[permission].covers(scope)) == (
                allowed and not denied
            )


def test_the_same_rights_are_put_to_casbin_once_for_all_tenants():
    def everywhere(role):
        return compile_grants([role], [Grant(role, "ORDER_READ", Scope.BRANCH, Effect.ALLOW)])

    assert everywhere(new_id()) is everywhere(new_id())


@given(policies, held_roles)
def test_a_policy_of_one_tenant_says_nothing_in_another(policy, held):
    assert not compile_grants([], rows(policy))
    enforcer = enforcer_for(TENANT, held, rows(policy))

    assert not any(
        enforcer.enforce("actor", str(UUID(int=2)), permission.value, scope.value)
        for permission in PERMISSIONS
        for scope in Scope
    )


@given(policies, held_roles, st.sampled_from(ROLES), role_rights)
def test_nobody_becomes_mightier_by_changing_a_role_they_hold(policy, held, changed, after):
    before = compiled(policy, held)

    try:
        check_held(actor(before), gained(policy[changed], after), elsewhere=False)
    except GrantBeyondOwn:
        return

    now = compiled(policy | {changed: after}, held)
    assert all(name in before and before[name].covers(scope) for name, scope in now.items())


@given(policies, held_roles, held_roles)
def test_nobody_becomes_mightier_by_giving_themselves_other_roles(policy, held, wanted):
    before = compiled(policy, held)
    removed = [right for role in held - wanted for right in policy[role]]
    added = [right for role in wanted - held for right in policy[role]]

    try:
        check_held(actor(before), swapped(removed, added), elsewhere=False)
    except GrantBeyondOwn:
        return

    now = compiled(policy, wanted)
    assert all(name in before and before[name].covers(scope) for name, scope in now.items())
