# window.py: drives Lobe Chat's window as a screen reader would, by accessible roles and names
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Meant for a session of its own (build-aux/headless). Nothing here waits for a fixed time: every wait ends when what it
# waits for is there, and fails after its limit with what was there instead.
import os
import signal
import subprocess
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

TEXT_BOX = (Atspi.Role.TEXT, Atspi.Role.ENTRY)
BUTTON = (Atspi.Role.BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.PAGE_TAB)
LIST = (Atspi.Role.LIST, Atspi.Role.LIST_BOX, Atspi.Role.TABLE, Atspi.Role.TREE_TABLE)


class Missing(Exception):
    """What was waited for did not come."""


def wait(what, condition, limit=30):
    """The first true value of condition (), asked ten times a second; Missing after limit seconds."""
    end = time.monotonic() + limit
    while True:
        try:
            value = condition()
        except (GLib.Error, Missing):  # something went away while we looked at it, or takes longer
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise Missing(f'{what}: not there after {limit} s')
        time.sleep(0.1)


def walk(node):
    """The node and all below it, in reading order."""
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child:
            yield from walk(child)


def text(node):
    """What the node itself says."""
    if node.is_text():
        return Atspi.Text.get_text(node, 0, -1)
    return node.get_name() or ''


def has_state(node, state):
    return node.get_state_set().contains(state)


class Window:
    """A running Lobe Chat, started with argv; what it complains of goes to stderr, a file, if there is one."""

    def __init__(self, argv, env=None, stderr=None):
        self.process = subprocess.Popen(argv, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stderr=stderr)
        self.app = None

    def __enter__(self):
        try:
            self.app = wait('the application on the accessibility bus', self._find)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _find(self):
        if self.process.poll() is not None:
            raise Missing(f'lobe-chat ended with status {self.process.returncode}')
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app and app.get_process_id() == self.process.pid and app.get_child_count() > 0:
                return app
        return None

    def close(self):
        """Ends the program; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def look(self, roles, name, last=False):
        """The first, or the last, showing node of one of the roles with that name, or None."""
        self.app.clear_cache()
        found = None
        for node in walk(self.app):
            if node.get_role() in roles and node.get_name() == name and has_state(node, Atspi.StateType.SHOWING):
                found = node
                if not last:
                    break
        return found

    def find(self, roles, name, limit=30):
        return wait(f'“{name}”', lambda: self.look(roles, name), limit)

    def press(self, name, last=False):
        """Presses the first, or the last, button of that name as soon as it can be pressed."""
        def ready():
            node = self.look(BUTTON, name, last)
            return node if node and has_state(node, Atspi.StateType.SENSITIVE) else None
        node = wait(f'the button “{name}”, to be pressed', ready)
        if not node.is_action() or not node.get_action_iface().do_action(0):
            raise Missing(f'the button “{name}” has no action')

    def open_menu(self, name, last=True):
        """Opens the menu of the last, or the first, menu button of that name: what can be pressed is the button within."""
        button = wait(f'the menu “{name}”', lambda: self.look(BUTTON, name, last))
        for node in walk(button):
            if node.is_action() and Atspi.Action.get_n_actions(node) > 0:
                return Atspi.Action.do_action(node, 0)
        raise Missing(f'the menu “{name}” cannot be opened')

    def says(self, words):
        """Whether anything that shows says the words."""
        self.app.clear_cache()
        return any(words in text(node) and has_state(node, Atspi.StateType.SHOWING) for node in walk(self.app))

    def row(self, words):
        """The first showing row of a list that says the words (blanks that do not break are blanks), or None."""
        self.app.clear_cache()
        for node in walk(self.app):
            if node.get_role() == Atspi.Role.LIST_ITEM and has_state(node, Atspi.StateType.SHOWING):
                if any(words in text(n).replace('\xa0', ' ') for n in walk(node)):
                    return node
        return None

    def activate(self, words):
        """Goes to the row that says the words with the keyboard, and presses Return."""
        wait(f'a row that says “{words}”', lambda: self.row(words))
        for _ in range(20):
            if has_state(self.row(words), Atspi.StateType.FOCUSED):
                return subprocess.run(['xdotool', 'key', 'Return'], check=True)
            subprocess.run(['xdotool', 'key', 'Down'], check=True)
            time.sleep(0.1)
        raise Missing(f'the focus does not reach “{words}”')

    def write(self, name, words):
        """Puts words into the text box of that name."""
        box = self.find(TEXT_BOX, name)
        if not box.is_editable_text() or not box.get_editable_text_iface().set_text_contents(words):
            box.get_component_iface().grab_focus()
            subprocess.run(['xdotool', 'type', '--delay', '2', words], check=True)
        wait(f'the words in “{name}”', lambda: text(self.find(TEXT_BOX, name)) == words)

    def conversation(self):
        """What the conversation says, one string a text."""
        node = self.look(LIST, 'Conversation')
        if not node:
            return []
        return [words for words in (text(n).strip() for n in walk(node) if n is not node and not n.get_child_count()) if words]

    def ask(self, question, limit=180):
        """Sends a question, waits for the end of the answer, and returns the texts that came after the question, as far as they
        are in view: of a long conversation only the rows about what is seen exist."""
        before = self.conversation().count(question)
        self.write('Message', question)
        self.press('Send')
        wait('the question in the conversation', lambda: self.conversation().count(question) > before)

        def answer():
            words = self.conversation()
            if question in words:
                words = words[len(words) - words[::-1].index(question):]
            return words if words and not self.look(BUTTON, 'Stop') and self.look(BUTTON, 'Send') else None
        try:
            return wait('the end of the answer', answer, limit)
        except Missing as missing:
            raise Missing(f'{missing}, but {self.conversation()}') from None
