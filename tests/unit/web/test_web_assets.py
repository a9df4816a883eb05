"""What all pages load and say: assets kept for ever, headers, colours that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import kwartier.web
from kwartier.errors import ConfigurationError, InputError
from kwartier.web.assets import Assets
from kwartier.web.brand import _WHITE, _read, brand_of, contrast, style_sheet
from kwartier.web.headers import HEADERS, SecurityHeaders, content_security_policy
from kwartier.web.origin import origin_of
from kwartier.web.settings import WebSettings
from support.asgi import AppClient


def broken(_: Request) -> Response:
    raise RuntimeError("as told")


def client(assets: Assets, *, https_only: bool = False) -> AppClient:
    app = Starlette(routes=[assets.route(), Route("/broken", broken)])
    return AppClient(SecurityHeaders(app, https_only=https_only))


def test_an_asset_is_kept_for_ever_under_the_digest_of_its_content() -> None:
    one, other = (Assets("kwartier.web", made={"brand.css": body}) for body in (b"a", b"b"))
    assert one("htmx.min.js") == other("htmx.min.js")
    assert one("brand.css") != other("brand.css")
    found = client(one).get(one("brand.css"))
    assert (found.text, found.headers["content-type"]) == ("a", "text/css; charset=utf-8")
    assert "immutable" in found.headers["cache-control"]


def test_an_address_with_another_digest_leads_nowhere() -> None:
    one, other = (Assets("kwartier.web", made={"brand.css": body}) for body in (b"a", b"b"))
    answer = client(one).get(other("brand.css"))
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert "licences" not in one
    with pytest.raises(KeyError):
        one("nothing.js")


def test_every_vendored_file_has_its_licence_beside_it() -> None:
    folder = Path(kwartier.web.__file__).with_name("static")
    names = {path.name.partition(".")[0].lower() for path in folder.glob("*.min.*")}
    licences = {path.name.partition("-")[0].lower() for path in (folder / "licences").iterdir()}
    assert names == licences == {"htmx", "pico", "uplot"}


@pytest.mark.parametrize("path", ["/broken", "/nowhere"])
def test_headers_stand_on_errors_too(path: str) -> None:
    answer = client(Assets("kwartier.web"), https_only=True).get(path)
    assert answer.status_code in (404, 500)
    assert HEADERS.items() <= dict(answer.headers).items()
    assert "strict-transport-security" in answer.headers


def test_no_policy_allows_what_is_written_into_a_page() -> None:
    policy = content_security_policy(form_action="'self' https://mijn.example")
    assert "form-action 'self' https://mijn.example;" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@settings(max_examples=50, deadline=None)
@given(st.from_regex(re.compile("#[0-9a-fA-F]{6}"), fullmatch=True))
def test_any_colour_can_be_read_on_white(colour: str) -> None:
    told = re.search(r"--pico-primary: (#[0-9a-f]{6});", style_sheet(colour))
    assert told is not None
    assert contrast(_read(told[1]), _WHITE) >= 4.5


def test_a_logo_is_loaded_once_and_must_be_there(tmp_path: Path) -> None:
    logo = tmp_path / "ours.SVG"
    logo.write_text("<svg/>")
    brand = brand_of(WebSettings(logo=logo, name="Ours"))
    assert (brand.name, brand.logo, brand.files["logo.svg"]) == ("Ours", "logo.svg", b"<svg/>")
    logo.unlink()
    with pytest.raises(ConfigurationError, match=r"web\.logo"):
        brand_of(WebSettings(logo=logo))


@pytest.mark.parametrize("colour", ["red", "#fff", "0b5fa5"])
def test_a_colour_is_six_digits(colour: str) -> None:
    with pytest.raises(InputError, match="colour"):
        WebSettings(colour=colour)


@pytest.mark.parametrize("address", ["energy.example", "https://", "ftp://energy.example"])
def test_an_address_is_one_that_a_browser_can_open(address: str) -> None:
    with pytest.raises(InputError, match="public_url"):
        WebSettings(public_url=address)
    with pytest.raises(InputError, match="oidc_issuer"):
        WebSettings(oidc_issuer=address)


def test_a_logo_is_a_picture() -> None:
    with pytest.raises(InputError, match="logo"):
        WebSettings(logo=Path("logo.exe"))


def test_links_begin_with_the_public_address() -> None:
    assert WebSettings(public_url="https://energy.example/").address() == "https://energy.example"
    assert WebSettings(host="::1").address(1) == "http://[::1]:1"
    assert origin_of("HTTPS://energy.example:443/x") == "https://energy.example"
    assert WebSettings(public_url="https://energy.example").is_https
