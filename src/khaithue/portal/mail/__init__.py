"""E-mails owed: kept as rows until the mail server has taken them."""
