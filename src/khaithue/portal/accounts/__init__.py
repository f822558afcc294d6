"""Users, taxpayers and who may act for whom."""
