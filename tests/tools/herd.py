# herd.py: a server on loopback with Ollama's protocol, for tests: its models are listed, shown, pulled and deleted
# SPDX-License-Identifier: GPL-3.0-or-later
import http.server
import json
import threading

SIZE = 5_200_000_000


class Herd(http.server.ThreadingHTTPServer):
    """Has `models` (name → bytes), of which `loaded` run. A pull comes to a third, and to its end when `go_on` is set.

    A name that begins with "no" is not in its library.
    """
    daemon_threads = True

    def __init__(self, models, loaded=()):
        self.models, self.loaded = dict(models), set(loaded)
        self.go_on, self.pulls, self.left = threading.Event(), [], threading.Event()
        super().__init__(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def host(self):
        return f'127.0.0.1:{self.server_address[1]}'

    def handle_error(self, request, client_address):
        self.left.set()  # who pulled went away


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def do_GET(self):
        herd = self.server
        models = [{'name': name, 'model': name, 'size': size, 'details': {
            'family': 'qwen3', 'parameter_size': '8.2B', 'quantization_level': 'Q4_K_M'}} for name, size in herd.models.items()]
        if self.path == '/api/tags':
            self.reply(200, {'models': models})
        elif self.path == '/api/ps':
            self.reply(200, {'models': [{**m, 'context_length': 4096} for m in models if m['name'] in herd.loaded]})
        elif self.path == '/api/version':
            self.reply(200, {'version': '0.17.4'})
        else:
            self.reply(404, {'error': 'no such path'})

    def do_DELETE(self):
        if self.server.models.pop(self.body()['model'], None) is None:
            return self.reply(404, {'error': 'model not found'})
        self.reply(200, None)

    def do_POST(self):
        body = self.body()
        if self.path == '/api/show':
            self.reply(200, {'template': '{{ .System }} {{ .Prompt }}', 'capabilities': ['completion', 'tools', 'thinking'],
                             'model_info': {'general.architecture': 'qwen3', 'qwen3.context_length': 40960,
                                            'general.license': 'apache-2.0'}})
        elif self.path == '/api/pull':
            self.pull(body['model'])
        elif self.path == '/api/generate' and 'prompt' not in body:
            (self.server.loaded.discard if body.get('keep_alive') == 0 else self.server.loaded.add)(body['model'])
            self.reply(200, {'done': True})
        else:
            self.reply(404, {'error': 'no such path'})

    def pull(self, name):
        self.server.pulls.append(name)
        self.send_response(200)
        self.send_header('Content-Type', 'application/x-ndjson')
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        self.line({'status': 'pulling manifest'})
        if name.startswith('no'):
            self.line({'error': 'pull model manifest: file does not exist'})
            return self.chunk(b'')
        layer = {'status': 'pulling abc', 'digest': 'sha256:abc', 'total': SIZE}
        self.line({**layer, 'completed': SIZE // 3})
        while not self.server.go_on.wait(0.2):
            self.line({**layer, 'completed': SIZE // 3})  # as Ollama does; fails when nobody listens any more
        self.line({**layer, 'completed': SIZE})
        self.server.models[name] = SIZE
        self.line({'status': 'verifying sha256 digest'})
        self.line({'status': 'success'})
        self.chunk(b'')

    def body(self):
        return json.loads(self.rfile.read(int(self.headers['Content-Length'])))

    def line(self, value):
        self.chunk(json.dumps(value).encode() + b'\n')

    def chunk(self, data):
        self.wfile.write(f'{len(data):x}\r\n'.encode() + data + b'\r\n')
        self.wfile.flush()

    def reply(self, status, value):
        data = json.dumps(value).encode() if value is not None else b''
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)
