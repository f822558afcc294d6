"""Registering for the service: for everybody, without an account."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import activation, register, slip

PAGES: list[URLPattern] = [
    path("register/", register.register, name="register"),
    path("register/review/", register.review, name="register_review"),
    path("register/code/", register.send_code, name="register_code"),
    path("register/slip/<uuid:key>/", slip.slip, name="slip"),
    path("register/slip/<uuid:key>/form.pdf", slip.form_pdf, name="slip_form_pdf"),
    path("register/slip/<uuid:key>/notice.xml", slip.notice_xml, name="slip_notice_xml"),
    path("register/slip/<uuid:key>/notice.pdf", slip.notice_pdf, name="slip_notice_pdf"),
    path("activate/<str:secret>/", activation.activate, name="activate"),
]
