"""Every header case, as a table (reference: sharing-and-taxii § 3.2)."""

from __future__ import annotations

import gzip
from uuid import uuid4

import orjson
import pytest

from skyddsnat.hub.feed.services import publish
from skyddsnat.hub.taxii.refusals import MAX_CONTENT_LENGTH, MOST_OBJECTS
from tests.hub.feed.indicators import NOW, many
from tests.hub.taxii.conftest import TAXII, read

DOMAIN = {"type": "domain-name", "id": "domain-name--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "value": "a.example"}


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/taxii+json;version=2.1", 200),
        ("application/taxii+json; version=2.1", 200),
        ("application/taxii+json", 200),
        ("*/*", 200),
        ("application/json, text/plain, */*", 200),
        (None, 200),
        ("application/taxii+json;version=2.0", 406),
        ("text/html", 406),
    ],
)
@pytest.mark.parametrize(
    "path", ["/taxii2/", "", "collections/", "collections/{}/objects/", "collections/{}/manifest/"]
)
def test_accept(machine, verified, accept, status, path):
    response = machine("alfa").get(path.format(verified.pk), Accept=accept)
    assert response.status_code == status
    assert response["Content-Type"] == TAXII


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/taxii+json;version=2.1", 202),
        ("application/taxii+json; version=2.1", 202),
        ("application/taxii+json", 202),
        ("application/taxii+json;version=2.1;charset=utf-8", 202),
        ("application/taxii+json;version=2.0", 415),
        ("application/json", 415),
        ("text/plain", 415),
        ("", 415),
    ],
)
def test_content_type(machine, inbox, content_type, status):
    response = machine("alfa").post(inbox.pk, DOMAIN, Content_Type=content_type)
    assert response.status_code == status
    assert response["Content-Type"] == TAXII


def test_a_packed_body_is_not_taken(machine, inbox):
    body = gzip.compress(orjson.dumps({"objects": [DOMAIN]}))
    response = machine("alfa").ask("POST", f"collections/{inbox.pk}/objects/", body, Content_Encoding="gzip")
    assert response.status_code == 415


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("added_after=2026-13-01", 400),
        ("added_after=2026-11-24T12:00:00%2B00:00", 200),
        ("added_after=2026-11-24T12:00:00+00:00", 200),
        ("added_after=2026-11-24T12:00:00.123456789Z", 200),
        ("limit=0", 400),
        ("limit=ten", 400),
        ("limit=99999999", 200),
        ("next=%C3%A5", 400),
        ("match%5Bversion%5D=sometimes", 400),
        ("match%5Bname%5D=x", 400),
        ("match%5Bid%5D=%00", 400),
        ("&".join(f"p{n}=1" for n in range(1100)), 400),
    ],
)
@pytest.mark.parametrize("what", ["objects", "manifest"])
def test_queries(machine, verified, query, status, what):
    response = machine("alfa").get(f"collections/{verified.pk}/{what}/?{query}")
    assert response.status_code == status
    assert response["Content-Type"] == TAXII


@pytest.mark.parametrize("what", ["objects", "manifest"])
def test_more_always_comes_with_next(machine, verified, what):
    publish(verified, many(5), now=NOW)
    body = read(machine("alfa").get(f"collections/{verified.pk}/{what}/?limit=3"))
    assert body["more"] is True
    assert len(body["objects"]) == 3
    rest = read(machine("alfa").get(f"collections/{verified.pk}/{what}/?next={body['next']}"))
    assert len(rest["objects"]) == 9
    assert "more" not in rest


@pytest.mark.parametrize("path", ["/taxii2", "/taxii2/skyddsnat", "/taxii2/skyddsnat/collections"])
def test_the_last_slash_makes_no_difference(machine, path):
    bare, slashed = machine("alfa").get(path), machine("alfa").get(f"{path}/")
    assert bare.status_code == slashed.status_code == 200
    assert bare.content == slashed.content


def test_a_post_without_the_last_slash_keeps_its_body(machine, inbox):
    response = machine("alfa").ask("POST", f"collections/{inbox.pk}/objects", {"objects": [DOMAIN]})
    assert response.status_code == 202
    assert read(response)["success_count"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/taxii2/", 405),
        ("PUT", "collections/", 405),
        ("OPTIONS", "collections/", 405),
        ("PATCH", "collections/{verified}/objects/", 405),
        ("DELETE", "collections/{verified}/objects/", 405),
        ("POST", "collections/{verified}/manifest/", 405),
        ("POST", "collections/{verified}/objects/", 403),
        ("DELETE", "collections/{verified}/objects/indicator--x/", 403),
        ("DELETE", "collections/{inbox}/objects/indicator--x/", 403),
        ("DELETE", "collections/{other}/objects/indicator--x/", 404),
        ("POST", "collections/{other}/objects/", 404),
        ("GET", "collections/{other}/objects/", 404),
        ("GET", "/taxii2/nothing/here", 404),
        ("PUT", "/taxii2/nothing/here", 404),
        ("GET", "/taxii2//", 404),
        ("GET", "/taxii2/../signals/", 404),
    ],
)
def test_every_refusal_is_taxii_json(machine, verified, inbox, method, path, status):
    full = path.format(verified=verified.pk, inbox=inbox.pk, other=uuid4())
    response = machine("alfa").ask(method, full, {"objects": [DOMAIN]} if method == "POST" else None)
    assert response.status_code == status
    assert response["Content-Type"] == TAXII
    assert read(response)["http_status"] == str(status)
    if status == 405:
        assert response["Allow"]


def test_who_has_no_token_is_told_how_to_come_in_and_nothing_else(machine, verified):
    answers = set()
    for path in ("/taxii2/", "collections/", f"collections/{verified.pk}/objects/", "/taxii2/nothing/here"):
        response = machine("alfa").get(path, Authorization=None, Accept="text/html")
        assert response.status_code == 401
        assert response["Content-Type"] == TAXII
        assert "Basic realm=" in response["WWW-Authenticate"]
        assert "Bearer realm=" in response["WWW-Authenticate"]
        answers.add(response.content)
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" ", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"objects":[{"id":"\\ud800"}]}', 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"objects":[]}', 422),
        (b'{"objects":{}}', 422),
        (b"null", 422),
        (b'{"objects":[' + b"1," * MOST_OBJECTS + b"1]}", 413),
        (b" " * (MAX_CONTENT_LENGTH + 1), 413),
    ],
)
def test_bodies_that_are_no_envelope(machine, inbox, body, status):
    response = machine("alfa").ask("POST", f"collections/{inbox.pk}/objects/", body)
    assert response.status_code == status
    assert read(response)["http_status"] == str(status)


def test_a_body_of_unknown_length_is_not_taken(machine, inbox):
    assert machine("alfa").post(inbox.pk, DOMAIN, Content_Length="").status_code == 411


def test_a_bundle_is_taken_for_its_objects(machine, inbox):
    bundle = {"type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "objects": [DOMAIN]}
    assert machine("alfa").ask("POST", f"collections/{inbox.pk}/objects/", bundle).status_code == 202


def test_a_fault_inside_is_taxii_json_and_tells_an_incident_alone(machine, verified, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError(".".join(["secret", "example"]))

    monkeypatch.setattr("skyddsnat.hub.feed.queries.page", broken)
    response = machine("alfa").get(f"collections/{verified.pk}/objects/")
    assert response.status_code == 500
    assert response["Content-Type"] == TAXII
    incident = read(response)["description"].split()[-1].rstrip(".")
    assert incident in caplog.text
    assert "RuntimeError" in caplog.text
    assert "secret.example" not in caplog.text
    assert "secret.example" not in response.content.decode()


def test_a_fault_outside_the_views_is_taxii_json_too(machine, settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    response = machine("alfa").get("/taxii2/")
    assert response.status_code == 400
    assert response["Content-Type"] == TAXII


def test_plain_http_is_refused_and_not_redirected(machine, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = machine("alfa").get("/taxii2/")
    assert response.status_code == 403
    assert response["Content-Type"] == TAXII
    assert "Location" not in response


def test_answers_are_kept_out_of_shared_caches(machine, verified):
    for path in ("/taxii2/", f"collections/{verified.pk}/objects/", "/taxii2/nothing"):
        response = machine("alfa").get(path)
        assert response["Cache-Control"] == "private, no-transform"
        assert response["Vary"] == "Accept, Authorization, Accept-Encoding"
        assert "Set-Cookie" not in response.headers


def test_gzip_is_given_to_who_asks(machine, verified):
    publish(verified, many(20), now=NOW)
    path = f"collections/{verified.pk}/objects/"
    plain = machine("alfa").get(path)
    packed = machine("alfa").get(path, Accept_Encoding="gzip, deflate")
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 4
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == plain["ETag"]
    refused = machine("alfa").get(path, Accept_Encoding="gzip;q=0")
    assert "Content-Encoding" not in refused


def test_head_answers_like_get_without_a_body(machine, verified):
    response = machine("alfa").ask("HEAD", f"collections/{verified.pk}/objects/")
    assert response.status_code == 200
    assert response.content == b""
    assert response["ETag"]
