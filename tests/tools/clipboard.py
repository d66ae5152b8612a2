#!/usr/bin/env python3
# clipboard.py FILE | --picture PNG: copies a file, or a picture alone, says "ready" and has the clipboard until it is ended
# SPDX-License-Identifier: GPL-3.0-or-later
import sys

import gi

gi.require_version('Gdk', '4.0')
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402

Gtk.init()
clipboard = Gdk.Display.get_default().get_clipboard()
if sys.argv[1] == '--picture':
    with open(sys.argv[2], 'rb') as file:
        clipboard.set_content(Gdk.ContentProvider.new_for_bytes('image/png', GLib.Bytes.new(file.read())))
else:
    clipboard.set(Gdk.FileList.new_from_list([Gio.File.new_for_path(sys.argv[1])]))
Gdk.Display.get_default().sync()
print('ready', flush=True)
GLib.MainLoop().run()
