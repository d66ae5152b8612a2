# stand_in.py: what no real server does when asked to: a stream that ends too early, and a proxy that tunnels
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import http.server
import json
import select
import socket
import threading


class _Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(('127.0.0.1', 0), handler)
        self.seen = []

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server_port}'

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Cut(_Quiet):
    def do_GET(self):
        body = json.dumps({'object': 'list', 'data': [{'id': 'cut', 'object': 'model'}]}).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get('Content-Length', 0)))
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Connection', 'close')
        self.end_headers()
        for word in ('Half ', 'an ', 'answer'):
            self.wfile.write(b'data: ' + json.dumps({'choices': [{'index': 0, 'delta': {'content': word}}]}).encode() + b'\n\n')
        self.close_connection = True


class _Connect(_Quiet):
    def do_CONNECT(self):
        host, _, port = self.path.rpartition(':')
        self.server.seen.append(self.path)
        with contextlib.suppress(OSError), socket.create_connection((host.strip('[]'), int(port)), 10) as far:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: far, far: self.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    ends[end].sendall(data)


def cut_off():
    """An OpenAI server whose answers end in the middle, without an end that the protocol knows. Its model is “cut”."""
    return _Server(_Cut)


def tunnel():
    """A proxy that knows nothing but CONNECT; seen has the addresses that it was asked for."""
    return _Server(_Connect)
