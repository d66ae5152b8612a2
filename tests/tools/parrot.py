# parrot.py: a model server on loopback with OpenAI's protocol, for tests: it says what the test tells it to say
# SPDX-License-Identifier: GPL-3.0-or-later
import http.server
import json
import socket
import threading


class Parrot(http.server.ThreadingHTTPServer):
    """Serves /v1/models and streamed /v1/chat/completions on a port of 127.0.0.1, a free one unless told.

    `answer` is called with the request's JSON and yields pieces of text; after the last the stream is ended as the
    protocol says. `streaming` is set while an answer is being sent.
    """
    daemon_threads = True

    def __init__(self, answer, models=('parrot',), port=0, windows=None, count=None):
        self.answer = answer
        self.windows = windows or {}  # tokens of context by model
        self.count = count            # how many tokens a request is; then the answer ends with usage
        self.models = models
        self.refusals = []  # (status, headers[, error]) of the next questions, before it answers
        self.key = None  # whom it answers; the list of models is everybody's
        self.streaming = threading.Event()
        self.requests = []
        self.headers = []
        self.connections = []
        super().__init__(('127.0.0.1', port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server_address[1]}/v1'

    def process_request(self, request, client_address):
        self.connections.append(request)
        super().process_request(request, client_address)

    def stop(self):
        """Goes away, and so do the connections that are open."""
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed long ago

    def handle_error(self, request, client_address):
        pass  # the program was killed: that is what some tests are for


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def do_GET(self):
        if self.path != '/v1/models':
            return self.reply(404, {'error': {'message': 'no such path'}})
        self.reply(200, {'object': 'list', 'data': [
            {'id': name, 'object': 'model', **({'context_length': self.server.windows[name]} if name in self.server.windows else {})}
            for name in self.server.models]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        if not self.path.endswith('/chat/completions'):  # it cannot count
            return self.reply(404, {'error': {'message': 'no such path'}})
        if self.server.key is not None and self.headers.get('Authorization') != f'Bearer {self.server.key}':
            return self.reply(401, {'error': {'message': 'wrong key', 'type': 'authentication_error'}})
        if not body['messages']:
            return self.reply(400, {'error': {'message': 'messages is empty'}})
        if body.get('max_tokens') == 24:  # a title: a parrot has none
            return self.reply(400, {'error': {'message': 'no titles here'}})
        if self.server.refusals:
            status, headers, *error = self.server.refusals.pop(0)
            return self.reply(status, {'error': error[0] if error else {'message': 'not now'}}, headers)
        self.server.requests.append(body)
        self.server.headers.append(self.headers)
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        self.server.streaming.set()
        try:
            for text in self.server.answer(body):
                self.event({'choices': [{'index': 0, 'delta': {'content': text}, 'finish_reason': None}]})
            self.event({'choices': [{'index': 0, 'delta': {}, 'finish_reason': 'stop'}]})
            if self.server.count:
                self.event({'choices': [], 'usage': {'prompt_tokens': self.server.count(body), 'completion_tokens': 9}})
            self.chunk(b'data: [DONE]\n\n')
            self.chunk(b'')
        finally:
            self.server.streaming.clear()

    def event(self, value):
        self.chunk(b'data: ' + json.dumps(value, ensure_ascii=False).encode() + b'\n\n')

    def chunk(self, data):
        self.wfile.write(f'{len(data):x}\r\n'.encode() + data + b'\r\n')
        self.wfile.flush()

    def reply(self, status, value, headers=None):
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)
