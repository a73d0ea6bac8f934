"""The load client sends what it is told, each key once, and notices answers that are wrong."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from bench.http.driving import Client, Pressure
from bench.http.load import KEY_MARK
from tests.support.patience import PATIENCE_SECONDS

BODY = f'{{"key":"{KEY_MARK}"}}'
REQUEST = f"POST /graphql HTTP/1.1\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}"


class Peer(socketserver.ThreadingTCPServer):
    """Answers every request with the same body, in two pieces; keeps what it was sent."""

    daemon_threads = True
    answer = b'{"data":{}}'
    status = b"200 OK"

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Talk)


class Talk(socketserver.StreamRequestHandler):
    server: Peer

    def handle(self) -> None:
        while self.rfile.readline():
            length = int(self.rfile.readline().partition(b":")[2])
            self.rfile.readline()
            self.server.bodies.append(self.rfile.read(length))
            answer = self.server.answer
            head = b"HTTP/1.1 %b\r\ncontent-length: %d\r\n\r\n" % (self.server.status, len(answer))
            self.wfile.write(head + answer[:4])
            self.wfile.write(answer[4:])


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def drive(peer, tmp_path, *, most, unwanted=('"errors":',)):
    """Until so many are answered, however long it takes."""
    client = Client(peer.server_address[1], tmp_path, {"server": 1, "database": 1})
    pressure = Pressure(3, PATIENCE_SECONDS, 0.05)
    return client.drive([REQUEST], pressure, most=most, unwanted=unwanted)


def test_every_request_carries_a_key_of_its_own(peer, tmp_path):
    driven = drive(peer, tmp_path, most=20)

    assert driven.requests >= 20
    assert driven.errors == 0
    assert len(set(peer.bodies)) == len(peer.bodies) >= driven.requests
    assert {len(body) for body in peer.bodies} == {len(BODY)}


def test_as_many_requests_as_asked_end_a_run(peer, tmp_path):
    driven = drive(peer, tmp_path, most=5)

    assert 5 <= driven.requests <= 5 + 3
    assert len(peer.bodies) == driven.sent + 3


@pytest.mark.parametrize(
    ("status", "answer"),
    [(b"200 OK", b'{"errors":[]}'), (b"503 Service Unavailable", b"{}     ")],
)
def test_an_answer_that_is_wrong_is_counted_and_shown(peer, tmp_path, status, answer):
    peer.status, peer.answer = status, answer

    driven = drive(peer, tmp_path, most=4)

    assert driven.errors == driven.requests
    assert driven.first_error == answer.decode()


def test_times_and_rates_fit_each_other(peer, tmp_path):
    driven = drive(peer, tmp_path, most=20)

    assert 0 < driven.p50 <= driven.p95 <= driven.p99
    assert 0 <= driven.client_share <= 1
    assert driven.rate > 0
