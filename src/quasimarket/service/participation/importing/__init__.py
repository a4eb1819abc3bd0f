"""Files that are brought in: read safely, checked row by row, written together."""
