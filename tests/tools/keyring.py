# keyring.py: a Secret Service of the test's own, on a bus of its own, that forgets everything at its end
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What libsecret's simple functions use of the specification (freedesktop.org, Secret Service 0.2), with the plain session.
import os
import subprocess
import sys

from gi.repository import Gio, GLib

ROOT = '/org/freedesktop/secrets'
INTERFACES = '''<node>
<interface name="org.freedesktop.Secret.Service">
  <method name="OpenSession"><arg type="s" direction="in"/><arg type="v" direction="in"/><arg type="v" direction="out"/><arg type="o" direction="out"/></method>
  <method name="SearchItems"><arg type="a{ss}" direction="in"/><arg type="ao" direction="out"/><arg type="ao" direction="out"/></method>
  <method name="Unlock"><arg type="ao" direction="in"/><arg type="ao" direction="out"/><arg type="o" direction="out"/></method>
  <method name="GetSecrets"><arg type="ao" direction="in"/><arg type="o" direction="in"/><arg type="a{o(oayays)}" direction="out"/></method>
  <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
  <property name="Collections" type="ao" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Collection">
  <method name="CreateItem"><arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/><arg type="b" direction="in"/><arg type="o" direction="out"/><arg type="o" direction="out"/></method>
  <property name="Items" type="ao" access="read"/>
  <property name="Label" type="s" access="read"/>
  <property name="Locked" type="b" access="read"/>
  <property name="Created" type="t" access="read"/>
  <property name="Modified" type="t" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Item">
  <method name="Delete"><arg type="o" direction="out"/></method>
  <method name="GetSecret"><arg type="o" direction="in"/><arg type="(oayays)" direction="out"/></method>
  <property name="Attributes" type="a{ss}" access="read"/>
  <property name="Label" type="s" access="read"/>
  <property name="Locked" type="b" access="read"/>
  <property name="Created" type="t" access="read"/>
  <property name="Modified" type="t" access="read"/>
</interface>
</node>'''


class Keyring:
    """The service, and the bus it is on: `address` for DBUS_SESSION_BUS_ADDRESS. `secrets()` tells what it holds."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address, 'no bus'

    def secrets(self):
        self.process.stdin.write('\n')
        self.process.stdin.flush()
        return GLib.Variant.parse(None, self.process.stdout.readline().strip(), None, None).unpack()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


class Service:
    def __init__(self, bus):
        self.bus = bus
        self.items = {}  # path → (attributes, label, bytes)
        self.number = 0
        self.interfaces = {i.name.rpartition('.')[2]: i for i in Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces}
        self.export(ROOT, 'Service')
        self.export(ROOT + '/collection/login', 'Collection')
        self.export(ROOT + '/aliases/default', 'Collection')

    def export(self, path, interface):
        return self.bus.register_object(path, self.interfaces[interface], self.call, self.get, None)

    def get(self, bus, sender, path, interface, name):
        attributes, label, _ = self.items.get(path, ({}, 'Login', b''))
        return {'Collections': GLib.Variant('ao', [ROOT + '/collection/login']), 'Items': GLib.Variant('ao', list(self.items)),
                'Label': GLib.Variant('s', label), 'Locked': GLib.Variant('b', False), 'Created': GLib.Variant('t', 1),
                'Modified': GLib.Variant('t', 1), 'Attributes': GLib.Variant('a{ss}', attributes)}[name]

    def secret(self, path, session):
        return (session, b'', self.items[path][2], 'text/plain')

    def call(self, bus, sender, path, interface, method, parameters, invocation):
        if method == 'OpenSession' and parameters[0] != 'plain':
            invocation.return_dbus_error('org.freedesktop.DBus.Error.NotSupported', 'only plain')
        else:
            invocation.return_value(getattr(self, method)(path, *parameters.unpack()))

    def OpenSession(self, path, algorithm, value):
        return GLib.Variant('(vo)', (GLib.Variant('s', ''), ROOT + '/session/1'))

    def find(self, wanted):
        return [p for p, (attributes, _, _) in self.items.items() if wanted.items() <= attributes.items()]

    def SearchItems(self, path, wanted):
        return GLib.Variant('(aoao)', (self.find(wanted), []))

    def Unlock(self, path, objects):
        return GLib.Variant('(aoo)', (objects, '/'))

    def GetSecrets(self, path, objects, session):
        return GLib.Variant('(a{o(oayays)})', ({p: self.secret(p, session) for p in objects},))

    def GetSecret(self, path, session):
        return GLib.Variant('((oayays))', (self.secret(path, session),))

    def ReadAlias(self, path, alias):
        return GLib.Variant('(o)', (ROOT + '/collection/login',))

    def CreateItem(self, path, properties, secret, replace):
        attributes = properties['org.freedesktop.Secret.Item.Attributes']
        same = self.find(attributes) if replace else []
        self.number += 1
        item = same[0] if same else f'{ROOT}/collection/login/{self.number}'
        if not same:
            self.export(item, 'Item')
        self.items[item] = (attributes, properties['org.freedesktop.Secret.Item.Label'], bytes(secret[2]))
        return GLib.Variant('(oo)', (item, '/'))

    def Delete(self, path):
        del self.items[path]
        return GLib.Variant('(o)', ('/',))


def main():
    test_bus = Gio.TestDBus.new(Gio.TestDBusFlags.NONE)
    test_bus.up()
    address = test_bus.get_bus_address()
    bus = Gio.DBusConnection.new_for_address_sync(address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                                                  Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    service = Service(bus)
    Gio.bus_own_name_on_connection(bus, 'org.freedesktop.secrets', Gio.BusNameOwnerFlags.NONE, None, None)
    bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'GetId', None, None, 0, -1, None)
    print(address, flush=True)
    loop = GLib.MainLoop()

    def asked(source, condition):
        if not os.read(0, 100):
            loop.quit()
            return False
        held = {a['key']: secret.decode() for a, _, secret in service.items.values()}
        print(GLib.Variant('a{ss}', held).print_(True), flush=True)
        return True
    GLib.io_add_watch(0, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, asked)
    loop.run()
    test_bus.stop()


if __name__ == '__main__':
    main()
