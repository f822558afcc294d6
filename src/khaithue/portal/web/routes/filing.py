"""Files of returns: uploaded one or many at once, reviewed, confirmed by code, filed, found again."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import batches, confirming, papers, uploads

PAGES: list[URLPattern] = [
    path("file/", uploads.upload, name="upload"),
    path("file/received/", uploads.received, name="received"),
    path("file/batch/<uuid:batch>/", batches.shown_batch, name="batch"),
    path("file/batch/<uuid:batch>/file/", batches.file, name="batch_file"),
    path("file/batch/<uuid:batch>/stop/", batches.stop, name="batch_stop"),
    path("file/batch/<uuid:batch>/result.csv", batches.result, name="batch_result"),
    path("file/<uuid:key>/", uploads.review, name="review"),
    path("file/<uuid:key>/code/", confirming.enter, name="filing_code"),
    path("file/<uuid:key>/code/send/", confirming.send, name="send_filing_code"),
    path("file/<uuid:key>/papers/add/", uploads.add_papers, name="add_papers"),
    path("file/<uuid:key>/papers/drop/", uploads.drop_paper, name="drop_paper"),
    path("filings/<str:code>/attachments/<int:paper>/", papers.own_paper, name="attachment"),
]
