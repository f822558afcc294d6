"""Background work of exports. A task only hurries what the rows already say is owed."""

from django_tasks import task

from khaithue.portal.history.making import make


@task()
def make_export(export_id: int) -> bool:
    """Make one export; running it twice, or never, loses nothing."""
    return make(export_id)
