"""What a person sees: the frame, the parts of a page, the page of an act, help."""
