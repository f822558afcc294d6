"""A portal with life in it: demo certificates, taxpayers, a mail sink and its inbox."""
