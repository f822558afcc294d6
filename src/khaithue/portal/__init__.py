"""The multi-user site: accounts, drafts, intake of signed returns, notices, audit."""
