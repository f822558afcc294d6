"""What has to be filed when: obligations, reminders, outages."""
