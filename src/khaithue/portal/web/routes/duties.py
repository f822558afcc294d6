"""What is due, and the outages that move it."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import duties, outages

PAGES: list[URLPattern] = [
    path("duties/", duties.year, name="duties"),
    path("duties/<int:year>/", duties.year, name="duties_year"),
    path("duties/<int:year>/<int:month>/", duties.month, name="duties_month"),
    path("duties/return/", duties.duty, name="duty"),
    path("duties/reminders/", duties.reminders, name="reminders"),
    path("duties/reminders/link/", duties.make_feed, name="make_feed"),
    path("duties/reminders/link/end/", duties.end_feed, name="end_feed"),
    path("duties/feed/<str:secret>.ics", duties.feed, name="feed"),
    path("outages/", outages.outages, name="outages"),
    path("outages/notices/<int:pk>/", outages.outage_notice, name="outage_notice"),
    path("outages/notices/<int:pk>/notice.xml", outages.outage_notice_xml, name="outage_notice_xml"),
    path("outages/notices/<int:pk>/notice.pdf", outages.outage_notice_pdf, name="outage_notice_pdf"),
    path("office/outages/", outages.office_outages, name="office_outages"),
    path("office/outages/<int:pk>/end/", outages.close_outage, name="close_outage"),
    path("office/outages/<int:pk>/withdraw/", outages.take_back_outage, name="take_back_outage"),
]
