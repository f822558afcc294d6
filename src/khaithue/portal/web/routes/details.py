"""A taxpayer's account: its contacts, certificates, sub-accounts, agents; and an agent's clients."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import agents, certificates, clients, contact, details, subs

PAGES: list[URLPattern] = [
    path("account/details/", details.details, name="details"),
    path("account/email/", contact.email, name="email"),
    path("account/email/drop/", contact.drop, name="email_drop"),
    path("account/phone/", contact.phone, name="phone"),
    path("account/phone/<int:pk>/", contact.phone_code, name="phone_code"),
    path("contact/<str:secret>/", contact.link, name="email_link"),
    path("contact/<str:secret>/cancel/", contact.cancel, name="email_cancel"),
    path("account/certificates/", certificates.certificates, name="certificates"),
    path("account/certificates/add/", certificates.add, name="certificate_add"),
    path("account/certificates/<int:pk>/end/", certificates.end, name="certificate_end"),
    path("account/sub-accounts/", subs.subs, name="subs"),
    path("account/sub-accounts/<int:pk>/", subs.sub, name="sub"),
    path("account/sub-accounts/<int:pk>/remove/", subs.remove, name="sub_remove"),
    path("account/invitations/<int:pk>/cancel/", subs.cancel, name="invitation_cancel"),
    path("invitation/<str:secret>/", subs.invitation, name="invitation"),
    path("account/agents/", agents.agents, name="agents"),
    path("account/agents/<int:pk>/end/", agents.end, name="agent_end"),
    path("clients/", clients.clients, name="clients"),
]
