"""Facts that others must hear of, recorded in the transaction that makes them true."""
