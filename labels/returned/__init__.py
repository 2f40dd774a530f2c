"""Paper that comes back: photos of sheets that were printed here, straightened and read box by box. Pure image work."""
