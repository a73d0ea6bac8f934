"""Addresses, signatures and the schedule: pure rules, tried with what attackers try."""

import asyncio
import base64
import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from app.kernel.ids import new_id
from app.outbound.addresses import AddressRefused, Target, check_reached, is_public, target_of
from app.outbound.connecting import Checked
from app.webhooks.client import Caller
from app.webhooks.models import AttemptOutcome
from app.webhooks.rules.events import CHOOSABLE, event_of, heard_kinds
from app.webhooks.rules.retrying import (
    LONGEST_ASKED,
    MOST_TRIES,
    PAUSES,
    asked_until,
    next_try,
    resting_until,
)
from app.webhooks.rules.signing import SecretKeys, shown, signed
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receiver import receiving

NOW = datetime(2026, 11, 22, 17, tzinfo=UTC)
INSIDE = (
    "0.0.0.0",  # noqa: S104  # an address to be refused
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::",
    "2002:7f00:1::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
OUTSIDE = ("1.1.1.1", "8.8.8.8", "100.63.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1")
BAD_URLS = (
    "",
    "example.com",
    "ftp://example.com/",
    "http://example.com/",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com/#part",
    "https://example.com:22/",
    "https://example.com:80/",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://exa mple.com/",
    "https://example.com/\r\nX-Evil: 1",
    "https://example.com\\@10.0.0.1/",
    "https://exämple.com/",
    "https://-example.com/",
    "https://10.0.0.1/",
    "https://127.0.0.1:8443/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[::1",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost\x00.example.com/",
    f"https://example.com/{'a' * 2_000}",
)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_of_anything_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_open_internet_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("url", BAD_URLS)
def test_an_address_that_is_not_to_be_called_is_refused_as_it_is_typed(url):
    with pytest.raises(AddressRefused):
        target_of(url)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://example.com", "example.com", "/"),
        ("https://Hooks.Example.com/a/b?c=d&e", "hooks.example.com", "/a/b?c=d&e"),
        ("https://example.com:8443/x", "example.com:8443", "/x"),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443", "/"),
    ],
)
def test_a_good_address_is_read_in_its_parts(url, authority, path):
    target = target_of(url)

    assert (target.authority, target.target, target.is_plain) == (authority, path, False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/"])
def test_this_machine_is_called_in_development_only(url):
    assert target_of(url, allows_loopback=True).port == 9
    with pytest.raises(AddressRefused):
        target_of(url)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://example.com/", "https://10.0.0.1/"])
def test_development_opens_nothing_but_this_machine(url):
    with pytest.raises(AddressRefused):
        target_of(url, allows_loopback=True)


@pytest.mark.parametrize(
    "found", [[], ["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["127.0.0.1"], ["8.8.8.8", "::1"]]
)
def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(found):
    target = target_of("https://example.com/")

    with pytest.raises(AddressRefused):
        check_reached(target, [ip_address(each) for each in found])


def test_a_name_that_leads_outside_only_is_called_at_what_was_checked():
    target, found = target_of("https://example.com/"), [ip_address("8.8.8.8")] * 2

    assert check_reached(target, found) == [ip_address("8.8.8.8")]


def test_a_name_that_leads_outside_is_not_called_plainly_even_in_development():
    target = target_of("http://localhost:9/", allows_loopback=True)

    with pytest.raises(AddressRefused):
        check_reached(target, [ip_address("8.8.8.8")], allows_loopback=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "127.1", "localhost"])
async def test_other_ways_to_write_this_machine_are_refused_when_they_are_looked_up(host):
    network = Checked(target_of("https://example.com/"), allows_loopback=False)

    with pytest.raises(AddressRefused):
        await network.connect_tcp(host, 443, 60)


async def test_a_name_is_looked_up_once_and_the_connection_made_to_what_was_checked(monkeypatch):
    """A name server that answers otherwise the second time changes nothing."""
    asked, loop = [], asyncio.get_running_loop()

    async def answers(host, port, **_):
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async with receiving() as receiver:
        target = Target("http", "rebinding.example", receiver.port, "/")
        monkeypatch.setattr(loop, "getaddrinfo", answers)
        stream = await Checked(target, allows_loopback=True).connect_tcp(
            target.host, target.port, PATIENCE_SECONDS
        )
        reached = stream.get_extra_info("server_addr")
        await stream.aclose()

    assert asked == ["rebinding.example"]
    assert reached == ("127.0.0.1", receiver.port)


async def test_a_call_to_what_may_not_be_called_says_so_and_nothing_of_where_it_leads():
    called = await Caller().call("https://2130706433/", {}, b"{}", [])

    assert (called.outcome, called.status_code) == (AttemptOutcome.REFUSED_ADDRESS, None)
    assert called.answer == ""


def test_a_signature_is_the_one_of_the_specification():
    """The example of the specification's own libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)

    headers = signed([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_is_of_one_installation_one_webhook_and_one_rotation():
    ids = [new_id() for _ in range(4)]
    keys = SecretKeys("the installation's own secret")

    key = keys.key(*ids[:3])

    assert len(key) == 32
    assert key == SecretKeys("the installation's own secret").key(*ids[:3])
    others = [(ids[3], *ids[1:3]), (ids[0], ids[3], ids[2]), (*ids[:2], ids[3])]
    assert key not in [keys.key(*other) for other in others]
    assert key != SecretKeys("another").key(*ids[:3])
    assert shown(key).startswith("whsec_")
    assert "installation" not in repr(keys)


def test_pauses_grow_and_end_before_a_receiver_would_be_switched_off():
    longest = sum(
        (next_try(NOW, tries, lambda below: below - 1) - NOW for tries in range(1, MOST_TRIES)),
        timedelta(),
    )

    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=2) < longest < timedelta(days=3)


@pytest.mark.parametrize(("failures", "minutes"), [(4, None), (5, 1), (6, 2), (9, 16), (99, 60)])
def test_the_breaker_rests_longer_the_more_fails(failures, minutes):
    until = resting_until(NOW, failures, lambda _: 0)

    assert until == (None if minutes is None else NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("120", timedelta(seconds=120)),
        (" 7 ", timedelta(seconds=7)),
        ("9" * 60, LONGEST_ASKED),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_ASKED),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("\u0663", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +2300", None),
    ],
)
def test_a_receiver_may_ask_to_be_left_alone_for_a_day_at_most(said, asked):
    assert asked_until(NOW, said) == (None if asked is None else NOW + asked)


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
def test_a_receiver_may_name_an_instant(zone):
    later = (NOW + timedelta(hours=3)).replace(microsecond=0)

    assert asked_until(NOW, f"{later:%a, %d %b %Y %H:%M:%S} {zone}") == later


def test_every_event_of_the_catalogue_has_a_kind_of_its_own():
    named = {event_of(kind) for kind in heard_kinds()}

    assert named == set(CHOOSABLE)
    assert len(heard_kinds()) == len(CHOOSABLE)
    assert event_of("notification_created") is None
