"""Pages for customers over raw HTTP: just enough of a browser, and how many tests begin."""

from __future__ import annotations

import html
import re
import threading
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from kwartier.emulator.thread import EmulatorThread
from support.esco import Answer, send

EAN = "541440110000000101"

FORM = "application/x-www-form-urlencoded"


class Browser:
    """Just enough of one: a cookie, and the hidden fields of the page it looks at.

    Forms are sent to addresses below ``root``.
    """

    def __init__(self, emulator: EmulatorThread, root: str = "/verbruik") -> None:
        self.url = emulator.url
        self.root = root
        self.cookie = ""
        self.fields: dict[str, str] = {}
        self.answer = Answer(0, {}, b"")

    def get(self, address: str, **headers: str) -> Browser:
        url = address if address.startswith("http") else self.url + address
        return self._take(send(url, headers=self._headers(headers)))

    def post(self, path: str, extra: Any = None, **fields: Any) -> Browser:
        """Send the page's form with ``extra`` headers; None omits a field, a list repeats it."""
        pairs = {**self.fields, **fields}
        content = urlencode({k: v for k, v in pairs.items() if v is not None}, doseq=True)
        headers = {"content-type": FORM, "origin": self.url, **(extra or {})}
        sent = {name: value for name, value in headers.items() if value}
        url = f"{self.url}{self.root}/{path}"
        answer = send(url, "POST", content=content.encode(), headers=self._headers(sent))
        self._take(answer)
        return self.get(answer.headers["location"]) if answer.status == 303 else self

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def text(self) -> str:
        return html.unescape(self.answer.content.decode())

    @property
    def heading(self) -> str:
        found = re.search("<h1>(.*?)</h1>", self.text)
        return found[1] if found else ""

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        cookie = {"cookie": self.cookie} if self.cookie else {}
        return {"accept-language": "en", **cookie, **more}

    def _take(self, answer: Answer) -> Browser:
        self.answer = answer
        if given := answer.headers.get("set-cookie"):
            ((name, value),) = SimpleCookie(given).items()
            self.cookie = f"{name}={value.value}"
        hidden = r'<input type="hidden" name="(\w+)" value="([^"]*)">'
        if answer.status != 303:
            self.fields = dict(re.findall(hidden, answer.content.decode()))
        return self


def signed_in(emulator: EmulatorThread, link: str, user: str = "noor") -> Browser:
    return Browser(emulator).get(link).post("aanmelden", user=user, **{"as": "private"})


def reviewed(emulator: EmulatorThread, link: str, **fields: Any) -> Browser:
    browser = signed_in(emulator, link).post("dienstverlener/keuze", **{"ean": EAN, **fields})
    assert browser.heading == "Look your request over", browser.text
    return browser


def refused(browser: Browser, status: int, why: str) -> None:
    """A page that says why, and that nothing was changed."""
    assert browser.status == status, browser.text
    assert why in browser.text
    assert "Nothing was changed." in browser.text
    assert "EMULATOR" in browser.text


def together(browser: Browser, path: str, forms: list[dict[str, str]]) -> list[int]:
    """The statuses of forms that are sent at the same time, all of them by one browser's cookie."""
    headers = {"content-type": FORM, "origin": browser.url, "cookie": browser.cookie}
    url = f"{browser.url}/verbruik/{path}"
    begin, statuses = threading.Barrier(len(forms)), []

    def post(form: dict[str, str]) -> None:
        begin.wait()
        content = urlencode(form).encode()
        statuses.append(send(url, "POST", content=content, headers=headers).status)

    threads = [threading.Thread(target=post, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def identifier(link: str) -> str:
    return urlsplit(link).query.removeprefix("id=")
