#!/usr/bin/env python3
# engine.py: stands in for llama-server in tests of the window: any file is a model; it says that it is the engine. Asked to
# "crash" it dies in the middle of its answer, but only once: afterwards there is a file "crashed" beside the model.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import pathlib
import socketserver
import sys
import threading

sys.path.insert(0, os.path.dirname(__file__))
from parrot import Handler  # noqa: E402

host, model = (sys.argv[sys.argv.index(option) + 1] for option in ('--host', '--model'))
crashed = pathlib.Path(model).with_name('crashed')


def answer(request):
    question = request['messages'][-1]['content']
    yield 'The engine says: '
    if question == 'crash' and not crashed.exists():
        crashed.touch()
        os.abort()
    for word in question.split():
        yield f'{word} '
    yield 'is all.'


class EngineHandler(Handler):
    def address_string(self):
        return 'the socket'

    def do_GET(self):
        if self.path == '/health':
            return self.reply(200, {'status': 'ok'})
        super().do_GET()


class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    models = (os.path.basename(model),)
    answer = staticmethod(answer)
    streaming = threading.Event()
    requests, headers = [], []
    windows, key, refusals, count = {}, None, [], 0

    def handle_error(self, request, client_address):
        pass


with Engine(host, EngineHandler) as server:
    server.serve_forever()
