"""One run of a programme, its stages in order on one page (`simulate`)."""
