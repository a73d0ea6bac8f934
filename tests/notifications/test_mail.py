import email
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import pytest

from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.notifications.languages import Language
from app.notifications.mail import FolderTransport, SmtpTransport, message_of, transport_of
from app.notifications.operations import UnsentEmail
from app.notifications.rules import announced_kinds, announcement_of


def an_email(**more) -> UnsentEmail:
    known = {
        "id": new_id(),
        "name": "王小明",
        "address": "wang@example.com",
        "title": "Order SO-1 is confirmed",
        "text": "3 < 4 & so on",
        "created_at": datetime(2026, 11, 22, tzinfo=UTC),
    }
    return UnsentEmail(**known | more)


async def test_a_folder_holds_each_message_once_however_often_it_is_sent(tmp_path):
    unsent = an_email()
    transport = FolderTransport(tmp_path / "mail")

    for _ in range(2):
        await transport.send(message_of(unsent, "orders@tributary.test"))

    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{unsent.id}.eml"
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert message["To"].addresses[0].display_name == "王小明"
    assert message["Message-ID"] == f"<{unsent.id}@tributary.test>"
    assert message.get_body(("plain",)).get_content().strip() == "3 < 4 & so on"
    assert "3 &lt; 4 &amp; so on" in message.get_body(("html",)).get_content()


def test_names_and_titles_cannot_add_headers():
    message = message_of(
        an_email(name="A\r\nBcc: b@example.com", title="Order\nX-Evil: 1"), "orders@tributary.test"
    )

    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["Subject"] == "Order X-Evil: 1"


def test_a_server_address_is_read_with_its_credentials():
    transport = SmtpTransport.at("smtp+starttls://user%40x:p%3Aw@mail.example.com:587")

    assert transport == SmtpTransport("mail.example.com", 587, "user@x", "p:w", "smtp+starttls")


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail.example.com:25"])
def test_other_addresses_are_refused(url):
    with pytest.raises(Invalid):
        SmtpTransport.at(url)


def test_a_server_is_chosen_before_a_folder_and_one_is_needed():
    folder = Path("mail")

    assert isinstance(transport_of("smtp://localhost:25", folder), SmtpTransport)
    assert transport_of(None, folder) == FolderTransport(folder)
    with pytest.raises(Invalid):
        transport_of(None, None)


@pytest.mark.parametrize("kind", sorted(announced_kinds()))
def test_what_is_not_known_yet_is_left_unsaid(kind):
    names = {"name": "Sub", "parent_name": "West", "organisation_name": "East"}
    data = {
        "number": "SO-1",
        "seller_name": "Riverside",
        "buyer_name": "Shop",
        "host": "example.com",
        "day": "2026-03-02",
    }
    data |= names | {"above_name": "Sub", "company_name": "Sub", "city": "Wuhan"}
    if kind == "statement_answered":
        data |= {"since": "2026-03-01", "disputed_until": "2026-04-01"}
    if kind.startswith("ticket_"):
        data |= {"subject": "Wet boxes", "mark": "4"}
    if kind in {"ticket_answered", "ticket_customer_wrote"}:
        data |= {"text": "Which lot?"}
    if kind.startswith("carrier_not_"):
        data |= {"carrier": "Swift", "shipment": "1"}
    if kind.startswith("listing_"):
        data |= {"product": "Tea", "by_name": "Li"}
    if kind == "announcement_published":
        data |= {"title": "Holidays", "text": "Holidays are near."}

    spoken = [announcement_of(kind, data, language) for language in Language]

    subjects = {"prices_outside_band": "Riverside", "webhook_disabled": "example.com"}
    subjects |= dict.fromkeys(
        ("branch_joined", "branch_left", "move_refused", "invitation_accepted"), "Sub"
    )
    subjects |= dict.fromkeys(
        ("registration_waits", "organisation_closed", "closing_refused"), "Sub"
    )
    subjects |= dict.fromkeys(("relationship_ends", "relationship_goes_on"), "Riverside")
    subjects |= dict.fromkeys(
        (
            "relationship_request_approved",
            "relationship_request_refused",
            "order_request_ordered",
            "order_request_sent_back",
        ),
        "Riverside",
    )
    subjects |= dict.fromkeys(
        ("relationship_requested", "relationship_request_withdrawn", "order_requested"), "Shop"
    )
    subjects |= dict.fromkeys(("standing_order_incomplete", "standing_order_refused"), "Sub")
    subjects |= dict.fromkeys(("branch_consent_offered", "branch_consent_answered"), "Sub")
    subjects |= {"announcement_published": "Holidays"}
    subjects |= dict.fromkeys(("payment_recorded", "statement_answered"), "Shop")
    subjects |= dict.fromkeys(("listing_waits", "listing_approved", "listing_refused"), "Tea")
    known = subjects.get(kind, "Wet boxes" if kind.startswith("ticket_") else "SO-1")
    for said in spoken:
        assert known in said.title
        assert known in said.text
        assert "None" not in said.text
        assert "{" not in said.text


def test_values_are_text_and_never_instructions():
    said = announcement_of(
        "order_rejected", {"number": "{seller_name.__class__}", "seller_name": "A"}
    )

    assert said.text == "A has rejected order {seller_name.__class__}."
