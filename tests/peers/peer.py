# peer.py: what all real servers of the tests have in common
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxy the environment names
GGUF = os.path.join(TOP, 'tests', 'fixtures', 'peers', 'tiny-llama-f32.gguf')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Peer:
    """
    A server. start () makes it answer and returns its address, stop () ends it as a system would, kill () as a crash would;
    after either it can be started again at the same address. As a context manager it is started and stopped.

    A kind of server says which environment variable has its program (PROGRAM) and what it means that there is none (WHY_NOT),
    where it answers as soon as it is ready (HEALTH), and its argv and environment; prepare () may do what has to be done once
    it runs.
    """
    PROGRAM = ''
    WHY_NOT = ''
    HEALTH = '/'
    LIMIT = 60  # seconds until it answers

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.log = f'{folder}/{type(self).__name__}-{self.port}.log'
        self.process = None

    @classmethod
    def program(cls):
        return os.environ.get(cls.PROGRAM) or None

    @classmethod
    def why_not(cls):
        """Why it is not to be had; empty if it is."""
        return '' if cls.program() else cls.WHY_NOT

    @property
    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def argv(self):
        raise NotImplementedError

    def env(self):
        return {}

    def prepare(self):
        pass

    def health(self):
        """Whether it answers; an OSError says that it does not yet."""
        with DIRECT.open(self.url + self.HEALTH, timeout=5):
            return True

    def start(self):
        with open(self.log, 'ab') as out:
            self.process = subprocess.Popen(self.argv(), env={**os.environ, 'NO_PROXY': '*', 'no_proxy': '*', **self.env()}, cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        end = time.monotonic() + self.LIMIT
        while True:
            try:
                if self.health():
                    break
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                with open(self.log, errors='replace') as said:
                    raise AssertionError(f'{type(self).__name__} did not start:\n{said.read()[-2000:]}')
            time.sleep(0.05)
        self.prepare()
        return self.url

    def stop(self):
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self._signal(signal.SIGKILL)
        self.process.wait()

    def pause(self):
        """It keeps its connections and takes new ones, but says nothing, until go_on ()."""
        self._signal(signal.SIGSTOP)

    def go_on(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
            if number == signal.SIGTERM:
                os.killpg(self.process.pid, signal.SIGCONT)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Long:
    """Stands among the servers that a group needs, where it takes too long for an ordinary check."""

    @staticmethod
    def why_not():
        return '' if os.environ.get('LOBE_LONG') else 'check --long has it'
