"""Requests, directives, conduct, complaints, disclosures, doubts and notices."""
