"""What stands behind addresses: a ticket that names another's file opens what none would."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.identities.downloads import DownloadTicket, sign_ticket
from app.identities.tokens import AccessClaims
from app.kernel.ids import new_id
from app.schema.downloads import FILES
from tests.isolation.matrix.askers import RELATIONS, ROLES, Asker
from tests.isolation.matrix.asking import Matrix
from tests.isolation.matrix.seen import seen_by
from tests.isolation.matrix.told import unpacked
from tests.support.branches import key

pytestmark = [
    pytest.mark.xdist_group("isolation"),
    pytest.mark.usefixtures("on_no_cluster"),
]
_BUYERS = {("child", role) for role in ("enterprise admin", "sales", "service", "buyer")}
"""Who may have the file: the list is of what they pay."""


@pytest.mark.parametrize("relation", RELATIONS)
async def test_a_ticket_for_anothers_file_opens_nothing(matrix: Matrix, settings, relation):
    """As if we had signed for the wrong thing: rights are looked at when the file is fetched."""
    theirs = key(matrix.victim["TradingRelationship"])
    for role in ROLES:
        asker = matrix.askers[relation, role]

        found = await fetched(matrix, settings, asker, theirs)
        nothing = await fetched(matrix, settings, asker, new_id())

        assert nothing == (404, b"There is no such file.")
        if (relation, role) not in _BUYERS:
            assert found == nothing, (relation, role)
        else:
            marks = matrix.marks.in_body(unpacked(found[1]))
            assert marks <= seen_by(relation, role) | {"price asked"}


@pytest.mark.parametrize("relation", RELATIONS)
async def test_a_ticket_for_anothers_invoice_opens_nothing(matrix: Matrix, settings, relation):
    """The papers of money and of shipments, as above."""
    papers = {"invoice": "Invoice", "creditNote": "CreditNote", "statement": "TradingRelationship"}
    papers |= {"deliveryNote": "Shipment:PLANNED", "labels": "Shipment:PLANNED"}
    for kind, name in papers.items():
        theirs = key(matrix.victim[name])
        for role in ROLES:
            asker = matrix.askers[relation, role]

            found = await fetched(matrix, settings, asker, theirs, kind)
            nothing = await fetched(matrix, settings, asker, new_id(), kind)

            assert nothing == (404, b"There is no such file.")
            if ("Invoice" if kind == "statement" else name) in seen_by(relation, role):
                assert (found[0], found[1][:5]) == (200, b"%PDF-")
            else:
                assert found == nothing, (relation, role, kind)


async def fetched(
    matrix: Matrix, settings, asker: Asker, file: UUID, kind: str = "customerPriceList"
) -> tuple[int, bytes]:
    person, now = asker.person, datetime.now(UTC)
    assert person.membership_id is not None
    claims = AccessClaims(
        person.identity_id, person.session_id, person.world.tenant_id, person.membership_id
    )
    is_list = kind == "customerPriceList"
    given = {"format": "CSV" if is_list else "PDF", "at": now.isoformat(), "name": "f.csv"}
    given["relationship" if is_list else "paper"] = str(file)
    given |= {"since": "2020-01-01", "until": "2020-02-01", "currency": "CNY"}
    ticket = sign_ticket(settings.secret, DownloadTicket(claims, kind, given), now)
    return await matrix.line.fetch(FILES.format(ticket=ticket))


async def test_a_ticket_and_an_access_token_do_not_pass_for_each_other(matrix: Matrix):
    buyer = matrix.scene.victim.buyer
    asked = """query($i: CustomerPriceListFileInput!) {
        customerPriceListFile(input: $i) { downloadUrl } }"""
    given = {"relationshipId": matrix.victim["TradingRelationship"], "format": "CSV"}
    answer = await matrix.line.ask(asked, buyer.token, {"i": given})
    address = answer.data["customerPriceListFile"]["downloadUrl"]

    status, _ = await matrix.line.fetch(address)
    as_file, _ = await matrix.line.fetch(FILES.format(ticket=buyer.token))
    as_token = await matrix.line.ask("{ viewer { name } }", address.rpartition("/")[2], {})

    assert (status, as_file) == (200, 404)
    assert as_token.error_codes == ["UNAUTHENTICATED"]
