"""Real servers that speak as WeChat Pay and Alipay publish it, with keys and code of their own.

They verify what they are sent and sign what they send, and lie as a test tells them.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.support.provider import signing_key

API_V3_KEY = "0123456789abcdefFEDCBA9876543210"
CHINA = timezone(timedelta(hours=8))
_FORM = "application/x-www-form-urlencoded"
Answer = tuple[int, Mapping[str, str], bytes]


def private_pem(name: str) -> str:
    key = signing_key(name)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(name: str) -> str:
    key = signing_key(name).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_base64(name: str) -> str:
    """A public key as Alipay shows it: without the first and the last line."""
    return "".join(public_pem(name).splitlines()[1:-1])


def _sign(name: str, content: str) -> str:
    made = signing_key(name).sign(content.encode(), PKCS1v15(), SHA256())
    return b64encode(made).decode()


def _is_sellers(content: str, signature: str) -> bool:
    key = signing_key("seller").public_key()
    try:
        key.verify(b64decode(signature), content.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


@dataclass
class Paid:
    """What a notification says: `key` signs it, `at` is when, the rest is told as it stands."""

    reference: str
    state: str
    event: str
    fen: int = 14_319
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    key: str = "provider"
    more: dict[str, str] = field(default_factory=dict[str, str])


class Server(Protocol):
    """What both have; `states` says paid, waiting and closed in the provider's words."""

    kind: ClassVar[str]
    states: ClassVar[tuple[str, str, str]]
    port: int
    orders: dict[str, dict[str, Any]]
    signs_with: str

    def account(self) -> dict[str, Any]: ...
    def opened(self, redirect: str) -> str: ...
    def notice(self, paid: Paid) -> tuple[dict[str, str], bytes]: ...
    def answered(self, method: str, target: str, headers: Any, body: str) -> Answer: ...


@dataclass
class WechatPayServer:
    """APIv3, Native; its orders by `out_trade_no`, with the `state` of each."""

    kind: ClassVar = "WECHAT_PAY"
    states: ClassVar = ("SUCCESS", "NOTPAY", "CLOSED")
    port: int = 0
    orders: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    signs_with: str = "provider"

    def account(self) -> dict[str, Any]:
        keys = {
            "privateKey": private_pem("seller"),
            "providerKey": public_pem("provider"),
            "appId": "wx8888888888888888",
            "certificateSerial": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
            "providerKeyId": "PUB_KEY_ID_0114232134912410000000000000",
            "apiV3Key": API_V3_KEY,
        }
        address = f"http://127.0.0.1:{self.port}"
        return {"address": address, "merchant": "1900007291", "kind": self.kind, "keys": keys}

    def opened(self, redirect: str) -> str:
        """Scan the code."""
        assert redirect.startswith("weixin://wxpay/bizpayurl?pr=")
        return redirect.partition("=")[2]

    def notice(self, paid: Paid) -> tuple[dict[str, str], bytes]:
        nonce, associated = "fdasflkja484", "transaction"
        trade = self._trade(paid.reference, paid.state, paid.fen) | paid.more
        hidden = AESGCM(API_V3_KEY.encode()).encrypt(
            nonce.encode(), json.dumps(trade).encode(), associated.encode()
        )
        resource = {
            "original_type": "transaction",
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": b64encode(hidden).decode(),
            "associated_data": associated,
            "nonce": nonce,
        }
        body = json.dumps(
            {"id": paid.event, "event_type": "TRANSACTION.SUCCESS", "resource": resource}
        )
        return self._signed(body, paid.at, paid.key), body.encode()

    def answered(self, method: str, target: str, headers: Any, body: str) -> Answer:
        scheme, _, rest = headers["authorization"].partition(" ")
        given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        account = self.account()
        content = "\n".join((method, target, given["timestamp"], given["nonce_str"], body, ""))
        said = (scheme, given["mchid"], given["serial_no"], headers["wechatpay-serial"])
        keys = account["keys"]
        if said != (
            "WECHATPAY2-SHA256-RSA2048",
            account["merchant"],
            keys["certificateSerial"],
            keys["providerKeyId"],
        ) or not _is_sellers(content, given["signature"]):
            return 401, {}, b'{"code":"SIGN_ERROR"}'
        if method == "POST" and target == "/v3/pay/transactions/native":
            order = json.loads(body)
            reference = order["out_trade_no"]
            self.orders.setdefault(reference, order | {"state": "NOTPAY"})
            return self._said(200, {"code_url": f"weixin://wxpay/bizpayurl?pr={reference}"})
        path, _, query = target.partition("?")
        assert (path.rpartition("/")[0], query) == (
            "/v3/pay/transactions/out-trade-no",
            f"mchid={account['merchant']}",
        )
        reference = path.rpartition("/")[2]
        if reference not in self.orders:
            return self._said(404, {"code": "ORDER_NOT_EXIST", "message": "none"})
        order = self.orders[reference]
        return self._said(200, self._trade(reference, order["state"], order["amount"]["total"]))

    def _trade(self, reference: str, state: str, fen: int) -> dict[str, Any]:
        account = self.account()
        return {
            "appid": account["keys"]["appId"],
            "mchid": account["merchant"],
            "out_trade_no": reference,
            "transaction_id": "4200000000000000000000000001",
            "trade_state": state,
            "amount": {"total": fen, "payer_total": fen, "currency": "CNY"},
        }

    def _said(self, status: int, told: dict[str, Any]) -> Answer:
        body = json.dumps(told)
        return status, self._signed(body, datetime.now(UTC), self.signs_with), body.encode()

    def _signed(self, body: str, at: datetime, key: str) -> dict[str, str]:
        timestamp, nonce = str(int(at.timestamp())), "c5ac7061fccab6bf3e254dcf98995b8c"
        return {
            "Content-Type": "application/json",
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": self.account()["keys"]["providerKeyId"],
            "Wechatpay-Signature": _sign(key, f"{timestamp}\n{nonce}\n{body}\n"),
        }


@dataclass
class AlipayServer:
    """The gateway; a trade is there once the buyer has opened its page."""

    kind: ClassVar = "ALIPAY"
    states: ClassVar = ("TRADE_SUCCESS", "WAIT_BUYER_PAY", "TRADE_CLOSED")
    port: int = 0
    orders: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    signs_with: str = "provider"

    def account(self) -> dict[str, Any]:
        keys = {"privateKey": private_pem("seller"), "providerKey": public_base64("provider")}
        address = f"http://127.0.0.1:{self.port}"
        return {"address": address, "merchant": "2014072300007148", "kind": self.kind, "keys": keys}

    def opened(self, redirect: str) -> str:
        """Open the page."""
        assert redirect.startswith(f"{self.account()['address']}/gateway.do?")
        with urlopen(redirect, timeout=30) as page:  # noqa: S310  # of this machine
            return page.read().decode()

    def notice(self, paid: Paid) -> tuple[dict[str, str], bytes]:
        told = {
            "app_id": self.account()["merchant"],
            "charset": "utf-8",
            "notify_id": paid.event,
            "notify_time": paid.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            "notify_type": "trade_status_sync",
            "out_trade_no": paid.reference,
            "subject": "订单 & more = less",
            "total_amount": f"{paid.fen // 100}.{paid.fen % 100:02}",
            "trade_no": "2026112322001400000000000001",
            "trade_status": paid.state,
            **paid.more,
        }
        sent = {**told, "sign": _sign(paid.key, _joined(told)), "sign_type": "RSA2"}
        form = {"content-type": f"{_FORM}; charset=utf-8"}
        return form, urlencode(sent).encode()

    def answered(self, method: str, target: str, headers: Any, body: str) -> Answer:
        parts = urlsplit(target)
        assert parts.path == "/gateway.do"
        assert method == "GET" or headers["content-type"].startswith(_FORM)
        sent = parse_qs(body or parts.query, strict_parsing=True)
        told = {name: value for name, (value,) in sent.items()}
        is_signed = _is_sellers(_joined({**told, "sign": ""}, without="sign"), told["sign"])
        assert (told["app_id"], told["sign_type"]) == (self.account()["merchant"], "RSA2")
        assert (told["charset"], told["version"]) == ("utf-8", "1.0")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", told["timestamp"])
        if not is_signed:
            return (
                200,
                {},
                b'{"error_response":{"code":"40002","sub_code":"isv.invalid-signature"}}',
            )
        content = json.loads(told["biz_content"])
        reference = content["out_trade_no"]
        if told["method"] == "alipay.trade.page.pay":
            assert content["product_code"] == "FAST_INSTANT_TRADE_PAY"
            order = content | {"notify_url": told["notify_url"], "state": "WAIT_BUYER_PAY"}
            self.orders.setdefault(reference, order)
            return 200, {}, reference.encode()
        assert (method, told["method"]) == ("POST", "alipay.trade.query")
        if reference not in self.orders:
            written = '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"}'
        else:
            order = self.orders[reference]
            # As it is written it is signed: a mark in a text, a stroke that is escaped, a gap.
            written = (
                '{"code":"10000","msg":"Success", "buyer_logon_id":"a}\\"\\/,{b",'
                f'"out_trade_no":"{reference}","total_amount":"{order["total_amount"]}",'
                f'"trade_no":"2026112322001400000000000001","trade_status":"{order["state"]}"}}'
            )
        sign = _sign(self.signs_with, written)
        answer = f'{{"alipay_trade_query_response":{written},"sign":"{sign}"}}'
        return 200, {"Content-Type": "application/json;charset=utf-8"}, answer.encode()


def _joined(told: Mapping[str, str], without: str = "") -> str:
    return "&".join(f"{name}={told[name]}" for name in sorted(told) if name != without)


@contextmanager
def serving(server: Server) -> Generator[Server]:
    """Answer on a port of this machine."""
    handler = type("Handler", (_Handler,), {"answering": server})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.port = http.server_address[1]
    Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    http.shutdown()
    http.server_close()


class _Handler(BaseHTTPRequestHandler):
    answering: ClassVar[Server]

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, body: str) -> None:
        status, headers, said = self.answering.answered(self.command, self.path, self.headers, body)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(said))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)
