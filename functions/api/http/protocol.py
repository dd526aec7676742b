"""What is not even HTTP gets an answer in the envelope as well."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.errors import error_body
from gateway.ids import new_id


def protocol_with(docs_url: str) -> type[HttpToolsProtocol]:
    """uvicorn's HTTP protocol, with our error for requests that cannot be parsed."""

    class Protocol(HttpToolsProtocol):
        def send_400_response(self, msg: str) -> None:
            request_id = new_id("req")
            body = error_body("BAD_REQUEST_ERROR", "The request is not valid HTTP", None, request_id, docs_url)
            head = (
                "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
                f"x-request-id: {request_id}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            self.transport.close()

    return Protocol
