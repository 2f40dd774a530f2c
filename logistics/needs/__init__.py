"""Home visits, and what families lack: who holds each need now, and since when."""
