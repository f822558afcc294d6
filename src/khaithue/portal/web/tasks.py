"""Background work of the pages."""

from django_tasks import task

from khaithue.portal.web import batchfiling


@task()
def file_batch(batch_id: int) -> int:
    """File what is left of a batch; running it twice files nothing twice."""
    return batchfiling.file_batch(batch_id)
