"""People are told in their own language, and in the words of their organisation or network."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.kernel.ids import new_id
from app.notifications.languages import Language
from app.notifications.mail import digest_of
from app.notifications.operations import Digest, unsent_email
from app.notifications.rules import NotificationKind, announcement_of
from app.notifications.rules.chinese import CHINESE
from app.notifications.rules.english import ENGLISH
from app.notifications.rules.wording import names_in
from tests.support.notifications import order_event, told

WORDS = """title text isOwn placeholders { name isAlwaysKnown sample } preview { title text }"""
ALL = f"""query ($language: Language!) {{
  notificationTemplates(language: $language) {{ kind {WORDS} }} }}"""
SET = f"""mutation ($input: SetNotificationTemplateInput!) {{
  setNotificationTemplate(input: $input) {{
    ... on NotificationTemplate {{ {WORDS} }}
    ... on Refusal {{ code message field }} }} }}"""
SPEAK = """mutation ($input: SetNotificationSettingsInput!) {
  setNotificationSettings(input: $input) {
    ... on NotificationSettings { language } } }"""
MINE = "{ myNotifications { edges { node { title text } } } }"
SHIPPED = {"kind": "ORDER_SHIPPED", "language": "EN"}


async def said(person, title, text, **more):
    words = {"title": title, "text": text}
    answer = await person.ask(SET, input=SHIPPED | {"words": words} | more)
    return answer.data["setNotificationTemplate"]


async def read(world, *people):
    """Tell each person of a shipment without a carrier; returns what each reads."""
    await told(world, *people, event=order_event("order_shipped", tracking_number="T-1"))
    answers = [await person.ask(MINE) for person in people]
    return [each.data["myNotifications"]["edges"][0]["node"] for each in answers]


def test_every_kind_says_the_same_in_every_language():
    for kind in NotificationKind:
        chinese, english = CHINESE[kind], ENGLISH[kind]
        named = [{n for each in words for n in names_in(each)} for words in (chinese, english)]
        assert named[0] == named[1], kind
        assert not set(names_in(chinese[0])) - {*names_in(english[0]), *names_in(english[1])}, kind


async def test_each_person_is_told_in_the_language_of_their_choice(world, person):
    colleague = await world.member(person.organisation_id, "BUYER")
    chosen = await person.ask(SPEAK, input={"language": "ZH"})

    chinese, english = await read(world, person, colleague)

    assert chosen.data["setNotificationSettings"] == {"language": "ZH"}
    assert chinese["title"] == "订单 SO-1 已发货"
    assert chinese["text"] == "Riverside的订单 SO-1 已在途中。运单号\uff1aT-1。"
    assert english["title"] == "Order SO-1 has shipped"
    digest = Digest(
        new_id(),
        "王小明",
        "wang@example.com",
        Language.ZH,
        datetime(2026, 3, 1, tzinfo=UTC),
        [(chinese["title"], chinese["text"])] * 3,
    )
    subject = digest_of(digest, "orders@tributary.test")["Subject"]
    assert subject == "订单 SO-1 已发货\uff08另有 2 条\uff09"


def test_what_is_said_in_several_languages_is_told_in_the_best_of_them():
    data = {"seller_name": "A", "title": {"EN": "Tea"}, "text": {"EN": "New.", "ZH": "新。"}}

    told_in = announcement_of("announcement_published", data, Language.ZH)

    assert (told_in.title, told_in.text) == ("A\uff1aTea", "新。")


async def test_an_administrator_words_a_kind_for_the_house_or_from_the_top_for_all(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", parent=brand)
    top, own = [await world.member(each, "ENTERPRISE_ADMIN") for each in (brand, shop)]
    buyer = await world.member(shop, "BUYER")

    tried = await said(top, "Tried", "{number}", isTrial=True)
    (built_in,) = await read(world, buyer)
    everywhere = await said(top, "Off it goes: {number}", "By {carrier}.\nTrack {tracking_number}.")
    (from_the_top,) = await read(world, buyer)
    await said(own, "On its way", "From {seller_name}")
    here, above = await read(world, buyer, top)
    e_mails = await told(world, buyer, event=order_event("order_shipped"))
    mail = await world.run(lambda work: unsent_email(work, e_mails[0]))
    back = (await own.ask(SET, input=SHIPPED)).data["setNotificationTemplate"]
    (again,) = await read(world, buyer)

    assert tried["preview"] == {"title": "Tried", "text": "SO-7K3F-92QD"}
    assert built_in["title"] == "Order SO-1 has shipped"
    assert everywhere["isOwn"]
    assert everywhere["preview"]["text"] == "By Swift Parcel.\nTrack SF1234567890."
    assert from_the_top == {"title": "Off it goes: SO-1", "text": "Track T-1."}
    assert here == {"title": "On its way", "text": "From Riverside"}
    assert (mail.title, mail.text) == ("On its way", "From Riverside")
    assert above == again == from_the_top
    assert not back["isOwn"]
    assert back["title"] == "Order {number} has shipped"
    noted = select(AuditEntry.action).where(AuditEntry.subject_kind == "notification_template")
    actions = await world.run(lambda work: work.session.scalars(noted))
    assert sorted(actions) == ["SET_NOTIFICATION_TEMPLATE"] * 2 + [
        "TAKE_BACK_NOTIFICATION_TEMPLATE"
    ]
    shown = (await top.ask(ALL, language="EN")).data["notificationTemplates"]
    assert [each["kind"] for each in shown if each["isOwn"]] == ["ORDER_SHIPPED"]
    assert len(shown) == len(NotificationKind)
    assert (await buyer.ask(ALL, language="EN")).error_codes == ["FORBIDDEN"]


RIGHT = "{carrier}, {expected_at}, {number}, {seller_name}, {tracking_number}"


@pytest.mark.parametrize(
    ("title", "text", "field", "wrong"),
    [
        ("{nmuber}", "x", "title", "{nmuber}"),
        ("x", "{number.__class__} {number!r:>9}", "text", "{number.__class__}, {number!r:>9}"),
        ("x", "{seller_name", "text", "{"),
    ],
)
async def test_unknown_placeholders_are_named_with_the_right_ones(world, title, text, field, wrong):
    admin = await world.member(await world.organisation("Brand", "BRAND"), "ENTERPRISE_ADMIN")

    refused = await said(admin, title, text)

    assert refused == {
        "code": "PLACEHOLDER_UNKNOWN",
        "message": f"There is no {wrong} here; the placeholders are {RIGHT}.",
        "field": field,
    }
    shown = (await admin.ask(ALL, language="EN")).data["notificationTemplates"]
    assert not any(each["isOwn"] for each in shown)
