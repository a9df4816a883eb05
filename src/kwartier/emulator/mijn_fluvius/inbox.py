"""What grid users find in their mail: requests for their consent, to approve or refuse.

The real ones come by e-mail or letter and whoever has them may answer; so may everybody here.
"""

from __future__ import annotations

from starlette.responses import Response

from kwartier.emulator.consent_requests import ConsentAnswer
from kwartier.emulator.consents import Environment
from kwartier.emulator.customer_steps import answer as answer_request
from kwartier.emulator.customer_steps import inbox as requests_to
from kwartier.emulator.mijn_fluvius.visit import INBOX, Visit, environments
from kwartier.emulator.personas import CUSTOMERS
from kwartier.web.stops import Stop

_ANSWERS = {"approve": True, "refuse": False}


def inbox(visit: Visit) -> Response:
    """``GET``: the messages to all grid users, the newest first."""
    letters = [
        {
            "environment": consents.environment,
            "request": request,
            "grid_user": customer,
            "asker": CUSTOMERS[request.customer],
            "open": request.answer is ConsentAnswer.PENDING,
            "mandates": [
                mandate
                for key in request.mandates
                if (mandate := consents.mandates.get(key)) is not None
            ],
        }
        for consents in environments(visit.world)
        for customer in CUSTOMERS.values()
        for request in requests_to(consents, customer.id, visit.now)
    ]
    letters.reverse()
    letters.sort(key=lambda each: not each["open"])
    told = visit.query("gedaan")
    return visit.page(
        "inbox.html",
        "inbox_title",
        letters=letters,
        told=f"told_{told}" if told in _ANSWERS else None,
    )


def answer(visit: Visit) -> Response:
    """``POST``: a grid user approves or refuses."""
    form = visit.form
    approve = _ANSWERS.get(form.text("answer"))
    if approve is None or form.text("environment") not in set(Environment):
        raise Stop(400, "stop_form")
    consents = visit.world.consents(Environment(form.text("environment")))
    answer_request(
        consents, form.text("request"), form.text("grid_user"), approve=approve, now=visit.now
    )
    return visit.go(INBOX, gedaan=form.text("answer"))
