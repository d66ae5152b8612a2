#!/usr/bin/env python3
# test-window.py PROGRAM [FOLDER [TEST|FIRST..LAST…]]: drives the whole window as a screen reader would, against a model server on loopback; leaves
# pictures in FOLDER for people to look at
# SPDX-License-Identifier: GPL-3.0-or-later
import hashlib
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'tools'))
from herd import Herd  # noqa: E402
from parrot import Parrot  # noqa: E402
from shelf import Shelf  # noqa: E402
from window import Atspi, BUTTON, LIST, TEXT_BOX, Missing, Window, has_state, text, wait, walk  # noqa: E402

ANSWER = '''Two things cost you frames: **parsing the whole answer on every token**, and resizing rows. Use `flush_cb`.

```c
return G_SOURCE_CONTINUE;
```

| Approach | Frame |
| --- | ---: |
| Every token | 38.0 ms |
| Every frame | 4.1 ms |
'''
TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tools')
# what others say on a system without this or that, and what the accessibility bus says of a program that just ended
HARMLESS = re.compile('dbind|AT-SPI|dconf|a11y|portal|Adwaita-WARNING.*(GtkSettings|gtk-application-prefer-dark-theme)')
go_on = threading.Event()


def answer(request):
    """Echoes the model's name; holds back the end of an answer to "wait" until go_on is set."""
    question = request['messages'][-1]['content']
    yield f'I am {request["model"]}. '
    if question == 'wait':
        go_on.wait(30)
    for i in range(0, len(ANSWER), 9):
        yield ANSWER[i:i + 9]


class Shown(Window):
    """Leaves a picture of what was there when something was missing."""
    def __init__(self, test, *arguments):
        self.test = test
        super().__init__(*arguments)

    def __exit__(self, kind, *_):
        if kind:
            self.test.picture(f'failed-{self.test.name}')
        self.close()


class Test:
    name = None  # of the function that runs

    def __init__(self, program, pictures, server, folder):
        self.program, self.pictures, self.folder, self.server = program, pictures, folder, server
        # Without animations: until some release after 4.18 GTK loses what it clips to nothing, as the first frame of one page
        # sliding over another often is (gtk_snapshot_push_clip () of no width), and the sanitizer's stacks do not reach so far
        # that only this could be let pass.
        system = folder / 'system'
        (system / 'gtk-4.0').mkdir(parents=True)
        (system / 'gtk-4.0' / 'settings.ini').write_text('[Settings]\ngtk-enable-animations=false\n')
        self.environment = {
            'XDG_CONFIG_DIRS': str(system),
            'XDG_DATA_HOME': str(folder / 'data'), 'XDG_CONFIG_HOME': str(folder / 'config'),
            'XDG_CACHE_HOME': str(folder / 'cache'), 'GSETTINGS_BACKEND': 'keyfile', 'LC_ALL': 'C.UTF-8', 'OPENAI_API_KEY': '',
            'OPENAI_BASE_URL': server.url, 'LOBE_DEFAULT_MODEL': 'parrot', 'LOBE_MODELS_PATH': '', 'OLLAMA_HOST': '', 'OLLAMA_BASE_URL': '',
        }

    def settings(self, **values):
        keyfile = self.folder / 'config' / 'glib-2.0' / 'settings' / 'keyfile'
        keyfile.parent.mkdir(parents=True, exist_ok=True)
        lines = [f'{name.replace("_", "-")}={value}' for name, value in values.items()]
        keyfile.write_text('\n'.join(['[org/lobe/Chat]', *lines, '']))

    def window(self, **environment):
        with open(self.folder / 'stderr', 'ab') as stderr:
            return Shown(self, [self.program], {**self.environment, **environment}, stderr)

    def fresh(self, name):
        """What makes the window start as if it never ran."""
        return {f'XDG_{kind}_HOME': str(self.folder / name / kind.lower()) for kind in ('DATA', 'CONFIG', 'CACHE')}

    def said(self):
        """What the program said on standard error since it was asked last."""
        path = self.folder / 'stderr'
        lines = path.read_text(errors='replace').splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def picture(self, name):
        if self.pictures:
            self.pictures.mkdir(parents=True, exist_ok=True)
            subprocess.run(['import', '-window', 'root', self.pictures / f'{name}.png'], check=True)


def rows(window, name):
    node = window.look(LIST, name)
    return [n.get_name() for n in walk(node) if n.get_role_name() == 'list item'] if node else []


def chats(window):
    return rows(window, 'Chats')


def key(*names):
    subprocess.run(['xdotool', 'key', '--delay', '20', *names], check=True)


def type_words(words):
    """Types where the focus is: a search entry has no text of its own that could be set."""
    subprocess.run(['xdotool', 'type', '--delay', '10', words], check=True)


def says(window, words):
    return any(words in line for line in window.conversation())


def test_ask(test):
    """A question is answered, and the chat is in the list under its first words."""
    with test.window() as window:
        lines = window.ask('Why does it stutter?')
        assert any('I am parrot.' in line for line in lines), lines
        wait('the chat in the list', lambda: 'Why does it stutter?' in chats(window))
        test.picture('light')


def test_kept(test):
    """A chat is still there after a restart, and opens."""
    with test.window() as window:
        wait('the chat in the list', lambda: chats(window))
        key('ctrl+shift+f', 'Tab', 'Down', 'Up')
        key('Return')
        wait('the answer', lambda: says(window, 'I am parrot.'))


def test_stop(test):
    """While an answer comes Send is Stop, and what came stays."""
    with test.window() as window:
        go_on.clear()
        window.write('Message', 'wait')
        window.press('Send')
        wait('the beginning of the answer', lambda: says(window, 'I am parrot.'))
        assert window.look(BUTTON, 'Send') is None
        window.press('Stop')
        window.find(BUTTON, 'Send')
        go_on.set()
        assert says(window, 'I am parrot.') and not says(window, 'Two things')


def test_behind(test):
    """An answer goes on while another chat is shown, and drafts stay with their chats."""
    with test.window() as window:
        go_on.clear()
        window.write('Message', 'wait')
        window.press('Send')
        wait('the beginning of the answer', lambda: says(window, 'I am parrot.'))
        window.press('New Chat')
        window.find(BUTTON, 'Send')
        window.write('Message', 'a draft')
        go_on.set()
        before = len(chats(window))
        key('ctrl+shift+f', 'Tab', 'Down', 'Up')
        wait('the whole answer', lambda: says(window, 'Two things'))
        assert text(window.find(TEXT_BOX, 'Message')) == ''
        window.press('New Chat')
        wait('the draft', lambda: text(window.find(TEXT_BOX, 'Message')) == 'a draft')
        assert len(chats(window)) == before
    with test.window() as window:
        wait('the draft after a restart', lambda: text(window.find(TEXT_BOX, 'Message')) == 'a draft')
        window.write('Message', '')


def test_model(test):
    """The switcher finds a model by a part of its name, and the chat is answered by it."""
    with test.window() as window:
        window.find(TEXT_BOX, 'Message')
        window.press('Model')
        window.find(TEXT_BOX, 'Search Models')
        type_words('gpt')
        wait('one model', lambda: len(rows(window, 'Models')) == 1)
        key('Return')
        wait('the switcher to close', lambda: window.look(TEXT_BOX, 'Search Models') is None)
        lines = window.ask('Who are you?')
        assert any('I am gpt-oss-120b.' in line for line in lines), lines
        window.press('Model')
        window.find(TEXT_BOX, 'Search Models')
        test.picture('switcher')


def test_compare(test):
    """Two models answer one question side by side, and the chat goes on with the answer that is used; its figures are shown."""
    with test.window() as window:
        window.press('New Chat')
        window.write('Message', 'Which of you?')
        key('ctrl+shift+m')
        window.find(TEXT_BOX, 'Search Models')
        type_words('gpt-oss')
        wait('one model', lambda: len(rows(window, 'Models')) == 1)
        key('Tab', 'space')
        wait('what is chosen', lambda: window.says('2 models chosen'))
        test.picture('compare-dialog')
        window.press('Ask')
        wait('one answer', lambda: window.says('I am parrot.'))
        wait('the other answer', lambda: window.says('I am gpt-oss-120b.'))
        wait('both to end', lambda: window.look(BUTTON, 'Send'))
        test.picture('compare')
        window.press('Use This Answer', last=True)
        wait('the answer that is used', lambda: says(window, 'I am gpt-oss-120b.') and not says(window, 'I am parrot.'))
        wait('its place among its siblings', lambda: window.says('2 / 2'))
        window.open_menu('More')
        window.find((Atspi.Role.MENU,), 'More')
        key('Down', 'Return')
        wait('the figures', lambda: window.says('First Token After'))
        test.picture('figures')
        key('Escape')
        lines = window.ask('And now?')
        assert any('I am gpt-oss-120b.' in line for line in lines), lines


def test_cards(test):
    """What a server refuses becomes a card that says what to do, and its button does it."""
    with test.window() as window:
        def provoke(status, error, title):
            test.server.refusals.append((status, {}, error))
            window.press('New Chat')
            wait('an empty chat', lambda: window.look(TEXT_BOX, 'Message') and not window.conversation())
            window.write('Message', 'Well?')
            window.press('Send')
            wait(f'“{title}”', lambda: window.says(title))

        def close():
            key('Escape')

        provoke(400, {'message': 'request (3066 tokens) exceeds the available context size (2048 tokens)', 'n_prompt_tokens': 3066,
                      'n_ctx': 2048, 'type': 'exceed_context_size_error'}, 'This chat is too long for the model')
        assert window.says('3066') and window.says('2048'), window.conversation()
        window.press('Send Less…')
        wait('what to do', lambda: window.says('When It Is Full') or window.look(TEXT_BOX, 'Search Models'))
        close()
        provoke(404, {'message': 'The model `parrot` does not exist.', 'param': 'model'}, 'The server does not have this model')
        window.press('Get Models…')
        wait('the models', lambda: window.says('Get a Model'))
        close()
        provoke(401, {'message': 'who are you?', 'type': 'authentication_error'}, 'The server wants a valid key')
        test.picture('card')
        window.press('Enter Key…')
        wait('the servers', lambda: window.says('Servers') or window.says('Key'))
        close()
        for status, error, title in (
                (402, {'message': 'Insufficient Balance'}, 'The account has no credit left'),
                (403, {'message': 'not for you'}, 'The server does not allow this'),
                (400, {'message': 'no', 'code': 'content_filter'}, "The provider's filter refused this")):
            provoke(status, error, title)
            window.press('Choose Another Model')
            wait('the switcher', lambda: window.look(TEXT_BOX, 'Search Models'))
            close()
            wait('the switcher to close', lambda: not window.look(TEXT_BOX, 'Search Models'))
        for status, error, title in (
                (503, {'message': 'Loading model', 'type': 'unavailable_error'}, 'The model is still loading'),
                (529, {'message': 'Overloaded', 'type': 'overloaded_error'}, 'The server is busy'),
                (422, {'message': 'no such parameter'}, 'The server did not accept the request'),
                (504, {'message': 'too late'}, 'The server took too long'),
                (500, {'message': 'boom'}, 'The server failed')):
            provoke(status, error, title)
            window.press('Details')
            wait('the details', lambda: window.says('Error: '))
            window.press('Retry')
            wait('the answer', lambda: says(window, 'I am parrot.'))


def test_delete(test):
    """A chat is deleted at once, and Undo brings it back."""
    with test.window() as window:
        wait('the chats', lambda: chats(window))
        before = chats(window)
        key('ctrl+shift+f', 'Tab', 'Down', 'Up')
        key('Delete')
        wait('one chat less', lambda: len(chats(window)) == len(before) - 1)
        window.press('Undo')
        wait('the chat again', lambda: chats(window) == before)


def test_find(test):
    """The list shows what has the words in its title."""
    with test.window() as window:
        wait('the chats', lambda: len(chats(window)) > 1)
        key('ctrl+shift+f')
        type_words('STUTTER')
        wait('one chat', lambda: chats(window) == ['Why does it stutter?'])
        key('ctrl+a')
        type_words('no such words')
        wait('nothing', lambda: not chats(window))


def test_narrow(test):
    """At 360 px, dark, everything is reached: the list, the switcher, an answer."""
    test.settings(window_size='(360, 720)', style="'dark'", set_up='true')
    with test.window() as window:
        window.ask('And at 360 px?')
        test.picture('narrow-dark')
        window.press('Model')
        window.find(TEXT_BOX, 'Search Models')
        test.picture('narrow-switcher')
        key('Escape')
        wait('the sheet to close', lambda: window.look(TEXT_BOX, 'Search Models') is None)
        key('ctrl+shift+f')
        wait('the list', lambda: window.look(LIST, 'Chats'))
        test.picture('narrow-list')


def context(window):
    """What the meter says."""
    window.app.clear_cache()
    for node in walk(window.app):
        if node.get_role() in BUTTON and (node.get_name() or '').startswith('Context: '):
            return node.get_name() if node.get_state_set().contains(Atspi.StateType.SHOWING) else None
    return None


def tokens(body):
    return sum(len(message['content']) // 4 + 4 for message in body['messages'])


def chatter(request):
    yield 'They spoke of words.' if 'Summarise' in request['messages'][-1]['content'] else 'One word after the other. ' * 12


def test_context(test):
    """A ring tells how full the context window is, what is left out, and what to do; a summary stands for the older part."""
    server = Parrot(chatter, windows={'parrot': 640}, count=tokens)
    environment = {**test.fresh('context'), 'OPENAI_BASE_URL': server.url}
    with test.window(**environment) as window:
        window.find(TEXT_BOX, 'Message')
        assert context(window) is None, 'an empty chat has no meter'
        window.write('Message', 'Hello there')
        wait('the meter', lambda: re.match(r'Context: About \d+ of 640 tokens', context(window) or ''))
        for i in range(8):
            window.ask(f'Question {i}?')
        test.picture('context-meter')
        sent = len(server.requests[-1]['messages'])
        assert sent < 15, f'{sent} messages were sent, of which too many'
        assert server.requests[-1]['messages'][0]['role'] == 'user', 'a turn was cut in two'

        # what is written counts, and what would be left out is told
        before = context(window)
        window.write('Message', 'word ' * 150)
        wait('the meter to move', lambda: context(window) not in (None, before))
        window.press(context(window))
        wait('what is left out', lambda: window.says('older messages are not sent'))
        test.picture('context-popover')

        # by keyboard alone: the arrow goes to the next choice
        window.find((Atspi.Role.RADIO_BUTTON,), 'Leave out the oldest messages')
        key('Down', 'Down')
        window.press('Summarise Now')
        wait('the summary in the conversation', lambda: says(window, 'They spoke of words.') or window.says('They spoke of words.'))
        window.write('Message', 'Go on.')
        window.press('Send')
        wait('the summary to be sent', lambda: any('They spoke of words.' in m['content'] for m in server.requests[-1]['messages']
                                                   if m['role'] == 'system'))
        wait('the end of the answer', lambda: window.look(BUTTON, 'Send'))
        window.press(context(window))
        window.press('Edit Summary')
        window.write('Summary', 'They spoke of other words.')
        test.picture('context-edit')
        window.press('Save')
        window.ask('And now?')
        assert any('They spoke of other words.' in m['content'] for m in server.requests[-1]['messages']), server.requests[-1]

    server.stop()


def test_context_cut(test):
    """A server that reads only a part of what it was sent is found out, and the person is told."""
    server = Parrot(chatter, windows={'parrot': 8192}, count=lambda body: min(tokens(body), 300))
    test.settings(window_size='(360, 720)', style="'dark'", set_up='true')
    with test.window(**{**test.fresh('cut'), 'XDG_CONFIG_HOME': test.environment['XDG_CONFIG_HOME'], 'OPENAI_BASE_URL': server.url}) as window:
        for i in range(12):
            window.ask(f'Question {i}?')
            if window.says('The context window was too small'):
                break
        assert window.says('The server read only 300 of about'), window.conversation()
        test.picture('context-cut-narrow-dark')
        window.press(context(window))
        window.find((Atspi.Role.RADIO_BUTTON,), 'Leave out the oldest messages')
        test.picture('context-popover-narrow-dark')
    server.stop()


def test_quit(test):
    """Ctrl+Q ends the program, and well."""
    with test.window() as window:
        window.find(TEXT_BOX, 'Message')
        key('ctrl+q')
        assert window.process.wait(10) == 0


class Files(http.server.ThreadingHTTPServer):
    """Has one file; sends a half of it, and the rest when `go_on` is set."""
    daemon_threads = True

    def __init__(self, data):
        self.data, self.go_on, self.ranges, self.halves = data, threading.Event(), [], 0
        super().__init__(('127.0.0.1', 0), FilesHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server_address[1]}/model.gguf'

    def handle_error(self, request, client_address):
        pass


class FilesHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        asked = re.match(r'bytes=(\d+)-', self.headers.get('Range', ''))
        start, data = int(asked[1]) if asked else 0, self.server.data
        self.server.ranges.append(start)
        self.send_response(206 if asked else 200)
        self.send_header('ETag', '"one"')
        self.send_header('Content-Length', str(len(data) - start))
        if asked:
            self.send_header('Content-Range', f'bytes {start}-{len(data) - 1}/{len(data)}')
        self.end_headers()
        half = max(start, len(data) // 2)
        self.wfile.write(data[start:half])
        self.server.halves += 1
        self.server.go_on.wait(30)
        self.wfile.write(data[half:])


def catalogue(test, uri, sha256, size):
    path = test.folder / 'catalogue.json'
    path.write_text(json.dumps({'models': [{
        'name': 'Tiny 1B', 'file-name': 'tiny.gguf', 'licence': 'Apache-2.0', 'size': size, 'sha256': sha256, 'uri': uri}]}))
    return str(path)


def engine(test, **environment):
    """The window with a stand-in for llama-server."""
    return test.window(**{**test.fresh('engine'), 'OPENAI_BASE_URL': '', 'LOBE_DEFAULT_MODEL': '',
                          'LOBE_ENGINE': os.path.join(TOOLS, 'engine.py'), **environment})


def test_no_engine(test):
    """Without an engine the first page says what is missing."""
    with engine(test, LOBE_ENGINE='/nowhere/llama-server', PATH='/nowhere') as window:
        wait('what is missing', lambda: window.row('The Built-in Model Needs llama.cpp'))
        assert window.row('Connect to a Server')
        test.picture('no-engine')


def test_download(test):
    """The built-in model is offered with size, licence and host, comes, goes on after a cancel, and answers."""
    files = Files(os.urandom(3_000_000))
    sha256 = hashlib.sha256(files.data).hexdigest()
    with engine(test, LOBE_CATALOGUE=catalogue(test, files.url, sha256, len(files.data))) as window:
        wait('the offer', lambda: window.row('Tiny 1B · 3.0 MB · Apache-2.0 · from 127.0.0.1'))
        test.picture('first-run')
        window.activate('Get the Built-in Model')
        wait('how far it is', lambda: window.row(' of 3.0 MB'))
        wait('a half of it', lambda: files.halves)
        test.picture('download')
        window.press('Cancel')
        wait('the offer again', lambda: window.row('Get the Built-in Model'))
        files.go_on.set()
        window.activate('Get the Built-in Model')
        lines = window.ask('one two')
        assert any('The engine says: one two is all.' in line for line in lines), lines
        assert len(files.ranges) == 2 and 0 < files.ranges[1] <= 1_500_000, files.ranges
        assert says(window, 'tiny') and says(window, 'This Computer')
        test.picture('built-in')


def test_download_fails(test):
    """A wrong file and a server that is down are said in plain words, and it can be tried again."""
    files = Files(b'not what was promised')
    files.go_on.set()
    fresh = test.fresh('fails')
    with engine(test, **fresh, LOBE_CATALOGUE=catalogue(test, files.url, 64 * '0', len(files.data))) as window:
        window.activate('Get the Built-in Model')
        wait('what is wrong', lambda: window.row('Press to try again'))
        test.picture('download-wrong')
        files.shutdown()
        files.server_close()
        window.activate('Get the Built-in Model')
        wait('what is wrong', lambda: window.row('127.0.0.1') and window.row('Press to try again'))
        test.picture('download-down')


def test_engine_crash(test):
    """When the engine crashes, idle or answering, the window says so, and Retry has the answer."""
    def engine_pid(window):
        for line in subprocess.run(['ps', '-eo', 'pid,ppid,args'], capture_output=True, text=True).stdout.splitlines():
            if 'tools/engine.py' in line and str(test.folder) in line:
                return int(line.split()[0])
        return None

    with engine(test) as window:
        window.ask('one')
        os.kill(engine_pid(window), signal.SIGKILL)
        lines = window.ask('two')
        assert any('The engine says: two is all.' in line for line in lines), lines
        window.write('Message', 'crash')
        window.press('Send')
        window.find(BUTTON, 'Continue')
        wait('what happened', lambda: window.says('The built-in model stopped unexpectedly'))
        assert says(window, 'The engine says:') and says(window, 'Interrupted')
        test.picture('crash')
        window.press('Regenerate', last=True)
        wait('the answer', lambda: says(window, 'The engine says: crash is all.'))
        wait('the banner to go', lambda: not window.says('The built-in model stopped unexpectedly'))


def test_offline(test):
    """A server that is down: the question is kept, a card says why, the switcher too, and Retry has the answer."""
    server = Parrot(answer)
    url, address = server.url, server.server_address
    fresh = {**test.fresh('offline'), 'OPENAI_BASE_URL': url, 'LOBE_ENGINE': '/nowhere/llama-server'}
    with test.window(**fresh) as window:
        window.ask('Are you there?')
        server.stop()
        window.write('Message', 'And now?')
        window.press('Send')
        window.find(BUTTON, 'Retry')
        wait('why', lambda: says(window, 'The server does not answer'))
        test.picture('offline')
        window.press('Model')
        window.find(TEXT_BOX, 'Search Models')
        window.press('Refresh')
        wait('why', lambda: window.row('Nothing answers there'))
        test.picture('offline-switcher')
        key('Escape')
        wait('the switcher to close', lambda: window.look(TEXT_BOX, 'Search Models') is None)
        server = Parrot(answer, port=address[1])
        window.press('Retry')
        wait('the answer', lambda: window.look(BUTTON, 'Retry') is None and says(window, 'I am parrot.'))
    server.stop()
    with test.window(**fresh) as window:
        wait('the chat', lambda: 'Are you there?' in chats(window))
        test.picture('offline-start')


def test_attach(test):
    """A file and a picture that are pasted become chips, and go with the question."""
    notes, picture = test.folder / 'notes.txt', test.folder / 'dot.png'
    notes.write_text('The password is swordfish.')
    subprocess.run(['convert', '-size', '64x64', 'xc:red', picture], check=True)

    def paste(*argv, chip):
        with subprocess.Popen([sys.executable, os.path.join(TOOLS, 'clipboard.py'), *argv], stdout=subprocess.PIPE) as owner:
            try:
                assert owner.stdout.readline() == b'ready\n'
                # the window hears of the new clipboard a moment later
                wait(f'the chip of {chip}', lambda: key('ctrl+v') or window.find(BUTTON, f'Remove “{chip}”', limit=2))
            finally:
                owner.kill()

    with test.window() as window:
        window.find(TEXT_BOX, 'Message')
        paste(str(notes), chip='notes.txt')
        paste('--picture', str(picture), chip='Pasted Image.png')
        test.picture('attach')
        test.server.requests.clear()
        window.ask('What is the password?')
        sent = json.dumps(test.server.requests[0]['messages'][-1])
        assert 'swordfish' in sent and 'data:image/png;base64,' in sent, sent
        assert window.look(BUTTON, 'Remove “notes.txt”') is None
        test.picture('attached')


def focus_row(window, words):
    """Goes to a row, a button or a text box with the keyboard."""
    def find():
        window.app.clear_cache()
        for node in walk(window.app):
            if has_state(node, Atspi.StateType.SHOWING) and (node.get_name() == words or node.get_role() == Atspi.Role.LIST_ITEM
                                                             and any(text(n) == words for n in walk(node))):
                return list(walk(node))
        return None
    nodes = wait(f'“{words}”', find)
    for _ in range(60):
        for node in nodes:
            node.clear_cache_single()
            if has_state(node, Atspi.StateType.FOCUSED):
                return
        key('Tab')
    raise Missing(f'the focus does not reach “{words}”')


def press_row(window, words):
    focus_row(window, words)
    key('Return')


def open_servers(window):
    window.find(TEXT_BOX, 'Message')
    key('ctrl+comma')
    window.press('Servers')


def test_servers(test):
    """A server is found by its address or described, is there after a restart, is tried, moved, and removed with Undo."""
    other = Parrot(answer, models=('macaw',))
    name = other.url.removeprefix('http://').removesuffix('/v1')
    fresh = test.fresh('servers')
    with test.window(**fresh) as window:
        window.find(TEXT_BOX, 'Message')
        key('ctrl+comma')
        wait('the dialog', lambda: window.says('Appearance'))
        test.picture('preferences')
        window.press('Servers')
        window.press('Add Server')
        wait('the providers', lambda: window.row('DeepSeek'))
        test.picture('providers')
        press_row(window, 'Find by Address')
        window.find(TEXT_BOX, 'Address')
        type_words('127.0.0.1:1')
        key('Return')
        wait('why not', lambda: window.says('Nothing answers there.'))
        test.picture('address-wrong')
        key('ctrl+a')
        type_words(name)
        key('Return')
        wait('the row', lambda: window.row(name))
        window.press('Add Server')
        press_row(window, 'LM Studio')
        window.find(BUTTON, 'Add')
        window.write('Name', 'My desk')
        window.write('Address', 'http://127.0.0.1:1/v1')
        press_row(window, 'Test Connection')
        wait('what is wrong', lambda: window.says('Start it, for example with: lms server start'))
        test.picture('server-wrong')
        window.write('Address', other.url)
        press_row(window, 'Test Connection')
        wait('that it works', lambda: window.says('It has 1 model'))
        test.picture('server-works')
        window.press('Add')
        wait('the row', lambda: window.row('My desk'))
        test.picture('servers')
    with test.window(**fresh) as window:
        open_servers(window)
        focus_row(window, 'My desk')
        key('alt+Up')
        wait('it to be first', lambda: names(window) == ['My desk', 'OpenAI-compatible'])
        press_row(window, 'My desk')
        press_row(window, 'Remove Server')
        wait('it to go', lambda: window.row('My desk') is None)
        window.press('Undo')
        wait('it to come back', lambda: names(window) == ['My desk', 'OpenAI-compatible'])
    other.stop()


def names(window):
    """The servers that the person added, in their order."""
    window.app.clear_cache()
    rows = [n for n in walk(window.app) if n.get_role() == Atspi.Role.LIST_ITEM and has_state(n, Atspi.StateType.SHOWING)]
    found = [text(n) for row in rows for n in walk(row) if text(n) in ('My desk', 'OpenAI-compatible')]
    return list(dict.fromkeys(found))


def test_key(test):
    """Without a keyring a key is not kept, and the other two places are named; one that the environment has is used."""
    other = Parrot(answer, models=('macaw',))
    other.key = 'sk-right'
    with test.window(**test.fresh('key'), DESK_KEY='sk-right') as window:
        open_servers(window)
        window.press('Add Server')
        press_row(window, 'DeepSeek')
        window.write('Name', 'My desk')
        window.write('Address', other.url)
        # what it says is not for others, so it cannot be read back
        assert window.find(TEXT_BOX, 'Key').get_editable_text_iface().set_text_contents('sk-typed')
        press_row(window, 'Test Connection')
        wait('that it is wrong', lambda: window.says('The server does not take the key'))
        window.press('Add')
        wait('the other places', lambda: window.says('environment variable, or from a file that nobody else can read'))
        test.picture('no-keyring')
        press_row(window, 'Comes From')
        wait('the places', lambda: window.says('Environment Variable'))
        key('Down', 'Down', 'Down', 'Return')
        window.write('Variable', 'DESK_KEY')
        press_row(window, 'Test Connection')
        wait('that it works', lambda: window.says('It has 1 model'))
        window.press('Add')
        wait('the row', lambda: window.row('My desk'))
    data = b''.join(p.read_bytes() for p in test.folder.rglob('*') if p.is_file())
    assert b'sk-typed' not in data and b'sk-right' not in data
    other.stop()


TINY = pathlib.Path(__file__).resolve().parent.parent / 'fixtures' / 'peers' / 'tiny-llama-f32.gguf'


def open_models(window):
    window.find(TEXT_BOX, 'Message')
    key('ctrl+m')
    window.find(TEXT_BOX, 'Search Models')
    window.press('Manage Models…')
    window.find(TEXT_BOX, 'Name or Address')


def test_pull(test):
    """Ollama is had to fetch a model by its name, which is paused and goes on; another is unloaded, and deleted when one is sure."""
    herd = Herd({'qwen3:8b': 5_200_000_000, 'gemma3:12b': 8_100_000_000}, loaded=['qwen3:8b'])
    with test.window(**test.fresh('pull'), OLLAMA_HOST=herd.host) as window:
        open_models(window)
        wait('what Ollama has', lambda: window.says('2 models · 13.3\xa0GB on disk'))
        wait('what it tells of one', lambda: window.says('apache-2.0'))
        type_words('nonsuch')
        key('Return')
        wait('why not', lambda: window.says('Ollama’s library has no model') or window.says("Ollama's library has no model"))
        window.press('Give Up nonsuch')
        wait('it to go', lambda: window.look(BUTTON, 'Give Up nonsuch') is None)
        type_words('mistral:7b')
        key('Return')
        wait('a third of it', lambda: window.says('1.7\xa0GB of 5.2\xa0GB'))
        test.picture('models')
        window.press('Pause mistral:7b')
        wait('the pause', lambda: window.says('Paused'))
        wait('Ollama to hear of it', lambda: herd.left.is_set())
        herd.go_on.set()
        window.press('Resume mistral:7b')
        window.find(BUTTON, 'Delete mistral:7b')
        assert herd.pulls == ['nonsuch', 'mistral:7b', 'mistral:7b'], herd.pulls

        window.press('Unload qwen3:8b')
        wait('its memory to be free', lambda: not herd.loaded and window.look(BUTTON, 'Unload qwen3:8b') is None)
        window.press('Load qwen3:8b')
        wait('it to be loaded', lambda: herd.loaded == {'qwen3:8b'} and window.look(BUTTON, 'Unload qwen3:8b'))
        window.press('Delete gemma3:12b')
        wait('the question', lambda: window.says('Delete “gemma3:12b”?'))
        test.picture('models-delete')
        window.press('Cancel')
        assert 'gemma3:12b' in herd.models
        window.press('Delete gemma3:12b')
        window.press('Delete')
        wait('it to go', lambda: window.look(BUTTON, 'Delete gemma3:12b') is None)
        assert 'gemma3:12b' not in herd.models
    herd.shutdown()


def test_address(test):
    """A model by its address: the window is killed on the way, and another goes on where it stopped."""
    shelf = Shelf(TINY.read_bytes(), stop_after=1_500_000)
    fresh = {**test.fresh('address'), 'LOBE_ENGINE': os.path.join(TOOLS, 'engine.py')}
    part = test.folder / 'address' / 'data' / 'lobe-chat' / 'models' / 'Tiny-1B.gguf.part'
    with test.window(**fresh) as window:
        open_models(window)
        type_words('https://example.org/nothing.html')
        key('Return')
        wait('why not', lambda: window.says('The address is not that of a .gguf file.'))
        key('ctrl+a')
        type_words(f'{shelf.url}/Tiny-1B.gguf')
        key('Return')
        wait('half of it', lambda: part.exists() and part.stat().st_size >= 1_400_000)
        test.picture('models-address')
        window.process.kill()
        window.process.wait()
    test.said()  # whoever is killed says nothing that counts
    received = part.stat().st_size
    with test.window(**fresh) as window:
        open_models(window)
        shelf.open.set()
        window.press('Resume Tiny 1B')
        window.find(BUTTON, 'Delete Tiny 1B')
        assert shelf.ranges == [None, f'bytes={received}-'], shelf.ranges
        assert part.with_suffix('').read_bytes() == TINY.read_bytes() and not part.exists()
        window.press('Delete Tiny 1B')
        window.press('Delete')
        wait('it to go', lambda: window.look(BUTTON, 'Delete Tiny 1B') is None)
        assert not part.with_suffix('').exists()
    shelf.shutdown()


def test_favourite(test):
    """By keyboard alone a model becomes a favourite and stands first, also after a restart."""
    fresh = test.fresh('favourite')

    def first(window):
        window.find(TEXT_BOX, 'Message')
        key('ctrl+m')
        window.find(TEXT_BOX, 'Search Models')
        return wait('the models', lambda: rows(window, 'Models'))[0]
    with test.window(**fresh) as window:
        assert not first(window).startswith('Qwen3-8B'), rows(window, 'Models')
        type_words('qwen')
        wait('one model', lambda: len(rows(window, 'Models')) == 1)
        key('ctrl+d')
        wait('the favourite', lambda: any('Favourite' in row for row in rows(window, 'Models')))
        key('Escape', 'Escape')
    with test.window(**fresh) as window:
        wait('the favourite first', lambda: first(window).startswith('Qwen3-8B'))
        test.picture('favourites')
        key('Up')
        while not any(has_state(n, Atspi.StateType.SELECTED) and n.get_name().startswith('Qwen3-8B')
                      for n in walk(window.find(LIST, 'Models'))):
            key('Up')
        key('ctrl+d')
        wait('no favourite', lambda: not any('Favourite' in row for row in rows(window, 'Models')))


def test_chinese(test):
    """In Chinese nothing is left in English."""
    fresh = {**test.fresh('chinese'), 'LC_ALL': 'zh_CN.UTF-8', 'LANGUAGE': 'zh_CN'}
    with test.window(**fresh) as window:
        window.find(BUTTON, '新建聊天')
        test.picture('chinese-new')
        window.write('消息', '为什么卡顿？')
        window.press('发送')
        wait('the answer', lambda: window.look(LIST, '对话') and window.says('Two things'))
        test.picture('chinese')
        key('ctrl+m')
        window.find(TEXT_BOX, '搜索模型')
        test.picture('chinese-switcher')
        key('Escape')
        key('ctrl+comma')
        wait('the preferences', lambda: window.says('外观'))
        test.picture('chinese-preferences')
    with engine(test, **{**test.fresh('chinese-first'), 'LC_ALL': 'zh_CN.UTF-8', 'LANGUAGE': 'zh_CN'}) as window:
        wait('the first page', lambda: window.says('欢迎'))
        test.picture('chinese-first')


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    names = [value.__name__ for value in tests]
    wanted = set()
    for name in sys.argv[3:]:  # a test, or FIRST..LAST
        first, _, last = name.partition('..')
        wanted.update(names[names.index(first):names.index(last or first) + 1])
    tests = [value for value in tests if value.__name__ in wanted or not wanted]
    pictures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    failed = False
    print(f'1..{len(tests)}', flush=True)
    server = Parrot(answer, models=('parrot', 'gpt-oss-120b', 'Qwen3-8B'))
    with tempfile.TemporaryDirectory(prefix='lobe-window-') as folder:
        test = Test(sys.argv[1], pictures, server, pathlib.Path(folder))
        for number, function in enumerate(tests, 1):
            try:
                test.name, said = function.__name__, []
                function(test)
                said = test.said()
                complaints = [line for line in said if re.search('WARNING|CRITICAL|ERROR|Sanitizer', line) and not HARMLESS.search(line)]
                assert not complaints, complaints[:5]
                print(f'ok {number} - {function.__doc__}', flush=True)
            except (AssertionError, Missing, subprocess.SubprocessError) as error:
                failed = True
                print(f'not ok {number} - {function.__doc__}\n# {type(error).__name__}: {error}', flush=True)
                # all of it: a sanitizer's report is of no use without its stacks
                for line in said or test.said():
                    print(f'#   {line}', flush=True)
    return failed


sys.exit(main())
