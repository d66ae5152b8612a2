#!/usr/bin/env python3
# test-window.py PROGRAM [FOLDER]: drives the whole window as a screen reader would, against a model server on loopback; leaves
# pictures in FOLDER for people to look at
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'tools'))
from parrot import Parrot  # noqa: E402
from window import BUTTON, LIST, TEXT_BOX, Missing, Window, text, wait, walk  # noqa: E402

ANSWER = '''Two things cost you frames: **parsing the whole answer on every token**, and resizing rows. Use `flush_cb`.

```c
return G_SOURCE_CONTINUE;
```

| Approach | Frame |
| --- | ---: |
| Every token | 38.0 ms |
| Every frame | 4.1 ms |
'''
go_on = threading.Event()


def answer(request):
    """Echoes the model's name; holds back the end of an answer to "wait" until go_on is set."""
    question = request['messages'][-1]['content']
    yield f'I am {request["model"]}. '
    if question == 'wait':
        go_on.wait(30)
    for i in range(0, len(ANSWER), 9):
        yield ANSWER[i:i + 9]


class Test:
    def __init__(self, program, pictures, server, folder):
        self.program, self.pictures, self.folder = program, pictures, folder
        self.environment = {
            'XDG_DATA_HOME': str(folder / 'data'), 'XDG_CONFIG_HOME': str(folder / 'config'),
            'XDG_CACHE_HOME': str(folder / 'cache'), 'GSETTINGS_BACKEND': 'keyfile', 'LC_ALL': 'C.UTF-8', 'OPENAI_API_KEY': '',
            'OPENAI_BASE_URL': server.url, 'LOBE_DEFAULT_MODEL': 'parrot', 'LOBE_MODELS_PATH': '', 'OLLAMA_HOST': '', 'OLLAMA_BASE_URL': '',
        }

    def settings(self, **values):
        keyfile = self.folder / 'config' / 'glib-2.0' / 'settings' / 'keyfile'
        keyfile.parent.mkdir(parents=True, exist_ok=True)
        lines = [f'{name.replace("_", "-")}={value}' for name, value in values.items()]
        keyfile.write_text('\n'.join(['[org/lobe/Chat]', *lines, '']))

    def window(self):
        return Window([self.program], self.environment)

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


def test_quit(test):
    """Ctrl+Q ends the program, and well."""
    with test.window() as window:
        window.find(TEXT_BOX, 'Message')
        key('ctrl+q')
        assert window.process.wait(10) == 0


def main():
    tests = [value for name, value in globals().items() if name.startswith('test_')]
    pictures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    failed = False
    print(f'1..{len(tests)}', flush=True)
    server = Parrot(answer, models=('parrot', 'gpt-oss-120b', 'Qwen3-8B'))
    with tempfile.TemporaryDirectory(prefix='lobe-window-') as folder:
        test = Test(sys.argv[1], pictures, server, pathlib.Path(folder))
        for number, function in enumerate(tests, 1):
            try:
                function(test)
                print(f'ok {number} - {function.__doc__}', flush=True)
            except (AssertionError, Missing, subprocess.SubprocessError) as error:
                failed = True
                test.picture(f'failed-{function.__name__}')
                print(f'not ok {number} - {function.__doc__}\n# {type(error).__name__}: {error}', flush=True)
    return failed


sys.exit(main())
