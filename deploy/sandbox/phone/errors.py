"""Refusals of the REST API: Twilio's codes, HTTP statuses and body (twilio.com/docs/api/errors)."""

from fastapi import Request
from fastapi.responses import JSONResponse

REFUSALS = {
    20001: (400, "Parameter {} is not valid"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21205: (400, "Url or Twiml is required to create a call."),
    21210: (400, "The source phone number provided, {}, is not yet verified for your account."),
    21211: (400, "Invalid 'To' Phone Number: {}"),
    21212: (400, "Invalid 'From' Number: {}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' or 'MessagingServiceSid' parameter is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided ({}) is not a valid message-capable number of this account."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number: {}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21701: (400, "The Messaging Service {} does not exist."),
}


class TwilioRefused(Exception):
    """The API says no, with a code of Twilio's."""

    def __init__(self, code: int, subject: str = "") -> None:
        self.code = code
        self.status, words = REFUSALS[code]
        super().__init__(words.format(subject))


async def refuse(_request: Request, error: Exception) -> JSONResponse:
    """The refusal as Twilio words it."""
    assert isinstance(error, TwilioRefused)
    body = {
        "code": error.code,
        "message": str(error),
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    headers = {401: {"WWW-Authenticate": 'Basic realm="Twilio API"'}, 429: {"Retry-After": "1"}}
    return JSONResponse(body, error.status, headers.get(error.status))
