"""The door for partners and devices."""
