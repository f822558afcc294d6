"""Management of filings."""
