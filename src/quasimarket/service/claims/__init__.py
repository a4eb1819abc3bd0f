"""Claims: raised from events, checked against records, sampled, recovered."""
