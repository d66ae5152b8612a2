# shelf.py: a server on loopback from which a file can be had, for tests: in ranges, and as slowly as the test wants
# SPDX-License-Identifier: GPL-3.0-or-later
import http.server
import threading


class Shelf(http.server.ThreadingHTTPServer):
    """Serves `content` at any path. While `open` is not set, it stops after `stop_after` bytes of an answer."""
    daemon_threads = True

    def __init__(self, content, stop_after=None):
        self.content = content
        self.stop_after = stop_after
        self.open = threading.Event()
        self.ranges = []
        super().__init__(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server_address[1]}'

    def handle_error(self, request, client_address):
        pass  # the program was killed: that is what the test is for


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def do_GET(self):
        shelf = self.server
        wanted = self.headers.get('Range')
        shelf.ranges.append(wanted)
        first = int(wanted.removeprefix('bytes=').rstrip('-')) if wanted else 0
        total = len(shelf.content)
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header('Content-Range', f'bytes {first}-{total - 1}/{total}')
        self.send_header('ETag', '"one"')
        self.send_header('Content-Length', str(total - first))
        self.end_headers()
        if shelf.stop_after is None or shelf.open.is_set():
            self.wfile.write(shelf.content[first:])
            return
        self.wfile.write(shelf.content[first:first + shelf.stop_after])
        self.wfile.flush()
        shelf.open.wait(60)
