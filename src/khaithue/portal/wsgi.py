"""The WSGI application of the portal."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khaithue.portal.settings")

application = get_wsgi_application()
