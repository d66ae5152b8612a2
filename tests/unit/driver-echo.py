# driver-echo.py: a driver in a few lines of Python, and what comes of it when it behaves and when it does not
# SPDX-License-Identifier: GPL-3.0-or-later

import gc
import sys

try:
    import gi
    gi.require_version("Lobe", "1")
    from gi.repository import Gio, GLib, GObject, Lobe
except (ImportError, ValueError) as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)


class EchoDriver(GObject.Object, Lobe.Driver):
    """Says what it is told, word by word, some turns of the main loop later."""

    def do_get_protocol(self):
        return "echo"

    def do_can_prefill(self):
        return True

    def do_chat(self, endpoint, request, sink, cancellable):
        said = request.get_messages()[-1].get_text()
        if said == "fail":
            sink.fail(GLib.Error.new_literal(Lobe.error_quark(), "I do not want to", Lobe.Error.SERVER))
        elif said == "raise":
            raise RuntimeError("a mistake in the driver")
        elif said == "forget":
            sink.text("half", -1)
        elif said == "keep":
            self.kept = sink
        else:
            sink.reasoning(f"They said {endpoint.get_name()}", -1)
            words = said.split(" ")

            def next_word():
                if words:
                    sink.text(words.pop(0), -1)
                    return GLib.SOURCE_CONTINUE
                sink.done(Lobe.StopReason.LENGTH)
                return GLib.SOURCE_REMOVE

            GLib.idle_add(next_word)

    def do_list_models(self, endpoint, reply, cancellable):
        for name in ("parrot", "回声"):
            info = Lobe.ModelInfo.new(name, name)
            info.set_context_length(7)
            reply.add(info)
        reply.done()


class Asked:
    """One question, asked and waited for."""

    def __init__(self, driver, text, cancel=False):
        self.deltas = []
        self.reason = None
        self.error = None
        self.loop = GLib.MainLoop()
        http = Lobe.Http.new(None, None)
        endpoint = Lobe.Endpoint.new(http, "echo", "http://127.0.0.1:1")
        request = Lobe.Request.new("parrot")
        message = Lobe.Message.new("1", None, Lobe.Role.USER, 0)
        message.append(Lobe.PartKind.TEXT, text, -1)
        request.add_message(message)
        cancellable = Gio.Cancellable()
        driver.chat_async(endpoint, request, self.on_delta, (), cancellable, self.on_end)
        if cancel:
            cancellable.cancel()
        gc.collect()
        self.loop.run()

    def on_delta(self, delta, *data):
        self.deltas.append((delta.kind, delta.dup_text()))

    def on_end(self, driver, result):
        try:
            self.reason = driver.chat_finish(result)
        except GLib.Error as error:
            self.error = error
        self.loop.quit()


def test_protocol(driver):
    assert driver.get_protocol() == "echo"
    assert driver.can_prefill()


def test_done(driver):
    asked = Asked(driver, "Hello dear 世界")
    assert asked.error is None, asked.error
    assert asked.reason == Lobe.StopReason.LENGTH, asked.reason
    assert asked.deltas == [(Lobe.DeltaKind.REASONING, "They said echo"), (Lobe.DeltaKind.TEXT, "Hello"),
                            (Lobe.DeltaKind.TEXT, "dear"), (Lobe.DeltaKind.TEXT, "世界")], asked.deltas


def test_fail(driver):
    asked = Asked(driver, "fail")
    assert asked.error.matches(Lobe.error_quark(), Lobe.Error.SERVER), asked.error
    assert asked.error.message == "I do not want to"


def test_dropped(driver):
    asked = Asked(driver, "forget")
    assert asked.error.matches(Lobe.error_quark(), Lobe.Error.INTERRUPTED), asked.error
    assert asked.deltas == [(Lobe.DeltaKind.TEXT, "half")]


def test_raised(driver):
    # What is printed is kept for a debugger, and with its frames the sink; whoever runs Python plugins lets go of it.
    def let_go(*mistake):
        sys.last_exc = sys.last_value = sys.last_traceback = None

    hook, sys.excepthook = sys.excepthook, let_go
    asked = Asked(driver, "raise")
    sys.excepthook = hook
    assert asked.error.matches(Lobe.error_quark(), Lobe.Error.INTERRUPTED), asked.error


def test_cancelled(driver):
    asked = Asked(driver, "keep", cancel=True)
    assert asked.error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED), asked.error
    assert driver.kept.is_closed()
    driver.kept.text("too late", -1)
    driver.kept.done(Lobe.StopReason.END)
    assert asked.deltas == []


def test_models(driver):
    loop = GLib.MainLoop()
    models = []

    def on_models(driver, result):
        models.extend(driver.list_models_finish(result))
        loop.quit()

    driver.list_models_async(Lobe.Endpoint.new(Lobe.Http.new(None, None), "echo", "http://127.0.0.1:1"), None, on_models)
    loop.run()
    assert [(info.get_id(), info.get_context_length()) for info in models] == [("parrot", 7), ("回声", 7)]


def test_registry(driver):
    registry = Lobe.DriverRegistry.new()
    registry.add(driver)
    assert registry.lookup("echo") == driver
    assert registry.lookup("openai").get_protocol() == "openai"


tests = [test_protocol, test_done, test_fail, test_dropped, test_raised, test_cancelled, test_models, test_registry]
print(f"1..{len(tests)}", flush=True)
failed = 0
for number, test in enumerate(tests, 1):
    try:
        test(EchoDriver())
        print(f"ok {number} {test.__name__}", flush=True)
    except AssertionError as error:
        failed += 1
        print(f"not ok {number} {test.__name__} {error}", flush=True)
sys.exit(failed != 0)
