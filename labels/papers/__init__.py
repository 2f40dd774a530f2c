"""Every paper but the labels of parcels: gets plain data, draws tagged PDF that people read and sign."""
