"""Documents are prepared once; trusted ones are known by their digest and never leave."""

from dataclasses import replace
from hashlib import sha256

import httpx2
import pytest

from app.asgi import create_application
from app.edge import trust, trusted
from app.edge.documents import BYTES_A_CHARACTER, Documents, document_id
from app.edge.errors import BadRequest
from app.edge.preparing import Prepare, Unrunnable
from app.kernel.errors import Invalid
from app.schema.root import build_schema
from tests.support.patience import PATIENCE_SECONDS
from tests.support.serving import serving
from tests.support.sockets import socket

WHO = "query Who { viewer { name } }\n"
KIND = "query Kind($n: String!) { __type(name: $n) { name } }"
TWO = "query A { a: __typename } query B { b: __typename }"
FREE = "{ __typename }"


@pytest.fixture(scope="module")
def prepare():
    return Prepare(build_schema())


@pytest.fixture
def folder(tmp_path):
    """Documents as a client's repository holds them."""
    (tmp_path / "screens").mkdir()
    for name, text in {"screens/who": WHO, "kind": KIND, "two": TWO}.items():
        (tmp_path / f"{name}.graphql").write_text(text)
    return tmp_path


@pytest.fixture
async def guarded(folder, settings):
    """A server that runs only what is in the folder."""
    file = folder / "trusted.json"
    assert trust.main([str(folder), str(file)]) == 0
    async with serving(replace(settings, trusted_documents=file, trusted_only=True)) as address:
        yield address


def test_an_identifier_is_the_digest_of_the_exact_text():
    text = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"

    assert document_id(text).endswith(
        "7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"
    )
    assert document_id("{ü}") == "sha256:" + sha256("{ü}".encode()).hexdigest()


def test_a_document_is_prepared_once(prepare):
    documents = Documents(prepare)

    first = documents.find(FREE, None, None)

    assert documents.find(FREE.encode().decode(), None, None) is first
    assert documents.find(FREE, None, "") is first


def test_a_flood_of_documents_pushes_out_only_its_own(prepare):
    documents = Documents(prepare, [WHO], most_documents=3)
    who, hot = documents.find(WHO, None, None), documents.find(FREE, None, None)

    for number in range(20):
        documents.find(f"{{ n{number}: __typename }}", None, None)
        assert documents.find(FREE, None, None) is hot

    assert documents.find(None, document_id(WHO), None) is who
    assert (documents.stored.trusted, documents.stored.others) == (1, 3)


def test_large_documents_leave_room_by_their_bytes(prepare):
    large = [f"{{ {name}: __typename }} #{'x' * 1_000}" for name in "abcdef"]
    most = 2_500 * BYTES_A_CHARACTER
    documents = Documents(prepare, most_bytes=most)

    for text in large:
        documents.find(text, None, None)

    assert documents.stored.others == 2
    assert 0 < documents.stored.bytes <= most


def test_a_wrong_document_is_not_kept(prepare):
    documents = Documents(prepare)

    for wrong in ("{", "{ nonsense }", TWO):
        with pytest.raises(Unrunnable):
            documents.find(wrong, None, None)

    assert documents.stored.others == 0


def test_a_trusted_document_of_two_operations_must_be_told_which(prepare):
    documents = Documents(prepare, [TWO])

    assert documents.find(None, document_id(TWO), "B").name == "B"
    for name in (None, "C"):
        with pytest.raises(Unrunnable):
            documents.find(None, document_id(TWO), name)


@pytest.mark.parametrize(
    "text", ["{ a }" + " " * 70_000, "{ " + "a " * 5_000 + "}", "#\n" * 5_000 + "{ a }"]
)
def test_a_document_beyond_all_bounds_is_refused_before_it_is_read(prepare, text):
    with pytest.raises(BadRequest):
        prepare(text, None)


async def test_a_trusted_document_is_run_by_its_identifier(guarded):
    body = {"documentId": document_id(KIND), "variables": {"n": "Order"}}

    async with httpx2.AsyncClient(base_url=guarded, timeout=PATIENCE_SECONDS) as client:
        by_id = await client.post("/graphql", json=body)
        by_address = await client.get(
            "/graphql", params={"documentId": document_id(TWO), "operationName": "A"}
        )
        by_text = await client.post("/graphql", json={"query": KIND, "variables": {"n": "Order"}})

    assert by_id.json()["data"] == by_text.json()["data"] == {"__type": {"name": "Order"}}
    assert by_address.json()["data"] == {"a": "Query"}


async def test_a_guarded_server_runs_nothing_else(guarded):
    async with httpx2.AsyncClient(base_url=guarded, timeout=PATIENCE_SECONDS) as client:
        free = await client.post("/graphql", json={"query": FREE})
        unknown = await client.post("/graphql", json={"documentId": document_id(FREE)})
        other = await client.post("/graphql", json={"documentId": "x"})

    assert [free.status_code, unknown.status_code, other.status_code] == [403, 404, 404]
    codes = [answer.json()["errors"][0]["extensions"]["code"] for answer in (free, unknown)]
    assert codes == ["UNTRUSTED_DOCUMENT", "UNKNOWN_DOCUMENT"]


async def test_a_guarded_server_runs_nothing_else_over_a_socket_either(guarded):
    async with socket(guarded, None) as client:
        await client.send(id="1", type="subscribe", payload={"query": FREE})
        assert await client.error_code() == "UNTRUSTED_DOCUMENT"
        await client.send(
            id="2", type="subscribe", payload={"query": KIND, "variables": {"n": "Order"}}
        )
        assert await client.next() == {"__type": {"name": "Order"}}


def test_the_file_is_the_same_each_time(folder, capsys):
    first, second = folder / "1.json", folder / "2.json"

    trust.main([str(folder), str(first)])
    trust.main([str(folder), str(second)])

    assert first.read_bytes() == second.read_bytes()
    assert f"{document_id(WHO)} screens/who.graphql" in capsys.readouterr().out
    assert sorted(trusted.load(first)) == sorted([WHO, KIND, TWO])


def test_a_document_that_the_schema_refuses_ends_the_build(folder, capsys):
    (folder / "old.graphql").write_text("{ viewer { shoeSize } }")

    status = trust.main([str(folder), str(folder / "trusted.json")])

    assert status == 1
    assert "old.graphql: Cannot query field 'shoeSize'" in capsys.readouterr().err
    assert not (folder / "trusted.json").exists()


def test_an_empty_folder_ends_the_build(tmp_path):
    assert trust.main([str(tmp_path), str(tmp_path / "trusted.json")]) == 1


@pytest.mark.parametrize(
    "content", ["", "[]", '{"documents": []}', '{"documents": {"sha256:00": "{ __typename }"}}']
)
def test_a_server_does_not_start_with_a_file_that_was_changed(settings, tmp_path, content):
    file = tmp_path / "trusted.json"
    file.write_text(content)

    with pytest.raises(Invalid, match="TRIBUTARY_TRUSTED_DOCUMENTS"):
        create_application(replace(settings, trusted_documents=file))


def test_a_server_does_not_start_with_documents_that_it_cannot_run(settings, tmp_path):
    file = tmp_path / "trusted.json"
    trusted.write(file, {"{ viewer { shoeSize } }": "old"}, "")

    with pytest.raises(Invalid, match="shoeSize"):
        create_application(replace(settings, trusted_documents=file))


def test_a_server_that_trusts_only_what_it_was_not_given_does_not_start(settings):
    with pytest.raises(Invalid, match="TRIBUTARY_TRUSTED_DOCUMENTS"):
        create_application(replace(settings, trusted_only=True))
