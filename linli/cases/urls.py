"""Addresses of cases. Open to every post, because the kind of each case says which posts read it and act on it."""

from __future__ import annotations

from linli.cases import file_pages, notice_pages, page_acts, pages
from linli.ui.routes import ANY_POST, route

routes = [
    route("cases/<uuid:pk>/", pages.case, name="case", posts=ANY_POST),
    route("cases/<uuid:pk>/pane/<slug:name>", pages.pane, name="pane", posts=ANY_POST),
    route("cases/<uuid:pk>/peek", pages.peek, name="peek", posts=ANY_POST),
    route("cases/<uuid:pk>/print", pages.paper, name="print", posts=ANY_POST),
    route("cases/number/<str:number>", pages.by_number, name="by_number", posts=ANY_POST),
    route("cases/new/<str:kind_key>", pages.new, name="new", posts=ANY_POST),
    route("cases/<uuid:pk>/acts", page_acts.step, name="act", posts=ANY_POST),
    route("cases/<uuid:pk>/agree", page_acts.agree, name="agree", posts=ANY_POST),
    route("cases/<uuid:pk>/notes", page_acts.note, name="note", posts=ANY_POST),
    route("cases/<uuid:pk>/edit", page_acts.change, name="edit", posts=ANY_POST),
    route("cases/<uuid:pk>/evidence", page_acts.add_evidence, name="evidence", posts=ANY_POST),
    route("cases/<uuid:pk>/tasks", page_acts.ask, name="tasks", posts=ANY_POST),
    route("cases/tasks/<uuid:pk>/done", page_acts.task_done, name="task_done", posts=ANY_POST),
    route("cases/<uuid:pk>/transfer", page_acts.hand_over, name="transfer", posts=ANY_POST),
    route("cases/<uuid:pk>/transfer/answer", page_acts.answer_transfer, name="transfer_answer", posts=ANY_POST),
    route("cases/<uuid:pk>/clocks", page_acts.clock_act, name="clocks", posts=ANY_POST),
    route("files/<uuid:pk>", file_pages.original, name="file", posts=ANY_POST),
    route("files/<uuid:pk>/picture", file_pages.picture, name="picture", posts=ANY_POST),
    route("notices/", notice_pages.index, name="notices", posts=ANY_POST),
    route("notices/<uuid:pk>/seen", notice_pages.seen, name="notice_seen", posts=ANY_POST),
]
