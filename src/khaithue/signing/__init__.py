"""Digital signatures of returns and notices: sign, verify, certificates, trust."""
