"""Found the network: its organisations, their terms of trade and their people."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from app.approvals.models import ApprovalParty, ApprovalRule, RuleAttribute, RuleOperator
from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.identities.operations import NewPerson, appoint_system_admin
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from app.organisations.commands import (
    FirstUser,
    NewOrganisation,
    assign_rep,
    create_customer_level,
    create_organisation,
)
from app.people.commands.members import add_member, assign_roles
from app.people.commands.networks import Network, create_tenant
from app.tenants.errors import TenantSlugTaken
from app.tenants.models import Tenant
from launch.seed.data import SampleOrganisation, organisations, people
from launch.seed.stage import Stage, email_of

BRAND = "Riverside Foods"
SLUG = "riverside"
PASSWORD = "river to shelf"  # noqa: S105  # everybody's, printed on the first page
PLATFORM_EMAIL = "platform@tributary.example"
FOUNDED_DAYS_AGO = 30
LEVELS = ("Gold", "Silver")
APPROVAL_FROM = 5_000
Result = TypeVar("Result")


async def found(database: Database) -> UUID:
    """Appoint the platform's administrator and found the network, if that was not done yet."""
    await _as_platform(
        database,
        lambda work: appoint_system_admin(work, NewPerson("Tao Ran", PLATFORM_EMAIL, PASSWORD)),
    )
    known = await _as_platform(database, _tenant)
    if known is not None:
        return known
    founder = NewPerson("Chen Li", email_of("SYSTEM_ADMIN", BRAND), PASSWORD)
    network = Network(SLUG, "Riverside network", "Asia/Shanghai", "CNY", BRAND, founder)
    try:
        tenant = await _as_platform(database, lambda work: create_tenant(work, network))
    except TenantSlugTaken:  # Another launch was faster by a moment.
        return await found(database)
    return tenant.id


async def settle(stage: Stage) -> None:
    """Let the organisations below the brand in, level by level, and give everybody a role."""
    await stage.look_around()
    await _hand_on(stage)
    known = organisations()
    for sellers in _tiers(known):
        levels = {seller: await _levels(stage, seller) for seller in sellers}
        for each in known:
            if each.seller in sellers:
                await _let_in(stage, each, levels[each.seller])
        await stage.look_around()
    await _hire(stage)
    await stage.look_around()
    await _assign_reps(stage, known)
    await _ask_for_approval(stage)


async def _as_platform(database: Database, command: Callable[[Work], Awaitable[Result]]) -> Result:
    return await perform(database, None, acting_as(system_actor(None, "launch")), command)


async def _tenant(work: Work) -> UUID | None:
    return await work.session.scalar(select(Tenant.id).where(Tenant.slug == SLUG))


async def _hand_on(stage: Stage) -> None:
    """Give the brand an administrator of its own; the founder keeps the network alone (R3-29)."""
    founder = stage.as_("SYSTEM_ADMIN", BRAND, days_ago=FOUNDED_DAYS_AGO)
    admin = next(each for each in people() if each.role == "ENTERPRISE_ADMIN")
    person = NewPerson(admin.name, email_of(admin.role, BRAND), PASSWORD)
    brand = stage.organisations[BRAND]
    await add_member(founder, brand, person, [stage.roles["ENTERPRISE_ADMIN"]])
    own = founder.actor.membership_id
    if own is not None:
        await assign_roles(founder, own, [stage.roles["SYSTEM_ADMIN"]])
    await stage.look_around()


def _tiers(known: list[SampleOrganisation]) -> list[list[str]]:
    """Give the sellers of each level, from the top."""
    tiers = [[BRAND]]
    while tiers[-1]:
        below = {each.name for each in known if each.seller in tiers[-1]}
        sellers = list(dict.fromkeys(each.seller for each in known if each.seller in below))
        tiers.append(sellers)
    return tiers[:-1]


async def _levels(stage: Stage, seller: str) -> dict[str, UUID]:
    work = stage.as_("ENTERPRISE_ADMIN", seller, days_ago=FOUNDED_DAYS_AGO)
    return {name: (await create_customer_level(work, name)).id for name in LEVELS}


async def _let_in(stage: Stage, each: SampleOrganisation, levels: dict[str, UUID]) -> None:
    terms = each.terms
    terms["level_id"] = levels.get(each.level)
    person = NewPerson(each.person, email_of("ENTERPRISE_ADMIN", each.name), PASSWORD)
    new = NewOrganisation(
        name=each.name,
        kind=each.kind,
        city=each.city,
        region=each.region,
        country="CN",
        first_user=FirstUser(person),
        terms=terms,
    )
    work = stage.as_("ENTERPRISE_ADMIN", each.seller, days_ago=FOUNDED_DAYS_AGO)
    await create_organisation(work, new, f"sample {each.name}")


async def _hire(stage: Stage) -> None:
    for each in people():
        if email_of(each.role, each.organisation) in stage.actors:
            continue
        work = stage.as_("ENTERPRISE_ADMIN", each.organisation, days_ago=FOUNDED_DAYS_AGO)
        person = NewPerson(each.name, email_of(each.role, each.organisation), PASSWORD)
        organisation = stage.organisations[each.organisation]
        await add_member(work, organisation, person, [stage.roles[each.role]])


async def _assign_reps(stage: Stage, known: list[SampleOrganisation]) -> None:
    for each in known:
        rep = stage.actors.get(email_of("SALES", each.seller))
        if rep is not None and rep.membership_id is not None:
            work = stage.as_("ENTERPRISE_ADMIN", each.seller, days_ago=FOUNDED_DAYS_AGO)
            relationship = stage.relationships[each.seller, each.name]
            await assign_rep(work, relationship, rep.membership_id)


async def _ask_for_approval(stage: Stage) -> None:
    """Let large orders to the distributors wait for a yes (R0-29)."""
    founded = stage.at(FOUNDED_DAYS_AGO)
    sellers = [each.name for each in organisations() if each.seller == BRAND]
    await stage.work.insert(
        ApprovalRule,
        [
            {
                "id": new_id(),
                "organisation_id": stage.organisations[seller],
                "party": ApprovalParty.SELLER,
                "attribute": RuleAttribute.TOTAL,
                "operator": RuleOperator.AT_LEAST,
                "threshold": APPROVAL_FROM,
                "currency": "CNY",
                "sequence": 1,
                "created_at": founded,
            }
            for seller in sellers
        ],
    )
