"""Addresses of the registers."""

from __future__ import annotations

from linli.registers.imports.specs import KEEPERS
from linli.registers.pages import contacts, imports, things
from linli.ui.routes import ANY_POST, route

CONTACT_KEEPERS = ("shift_leader", "technician", "administrator")

routes = [
    route("organisations/<uuid:pk>/", things.organisation, name="organisation", posts=ANY_POST),
    route("premises/<uuid:pk>/", things.premises, name="premises", posts=ANY_POST),
    route("assets/<uuid:pk>/", things.asset, name="asset", posts=ANY_POST),
    route("registers/<slug:thing>/<uuid:pk>/edit", things.edit, name="edit", posts=KEEPERS),
    route("registers/<slug:thing>/<uuid:pk>/retire", things.take_out, name="retire", posts=KEEPERS),
    # The gate judges by the purpose which posts may see a contact, and keeps who asked.
    route("contacts/<uuid:subject>/show", contacts.show, name="show_contact", posts=ANY_POST),
    route("contacts/<uuid:subject>/away", contacts.away, name="contact_away", posts=ANY_POST),
    route("registers/<slug:thing>/<uuid:pk>/contacts", contacts.set_one, name="set_contact", posts=CONTACT_KEEPERS),
    route(
        "registers/<slug:thing>/<uuid:pk>/contacts/<int:order>/end",
        contacts.end_one,
        name="end_contact",
        posts=CONTACT_KEEPERS,
    ),
    # Each table says itself which posts keep it.
    route("imports/", imports.index, name="imports", posts=ANY_POST),
    route("imports/new/<str:key>", imports.try_one, name="import_try", posts=ANY_POST),
    route("imports/templates/<str:key>.xlsx", imports.template, name="import_template", posts=ANY_POST),
    route("imports/<uuid:pk>/", imports.run_page, name="import_run", posts=ANY_POST),
    route("imports/<uuid:pk>/write", imports.write_one, name="import_write", posts=ANY_POST),
    route("imports/<uuid:pk>/undo", imports.undo_one, name="import_undo", posts=ANY_POST),
    route("imports/<uuid:pk>/to-correct.xlsx", imports.to_correct, name="import_to_correct", posts=ANY_POST),
]
