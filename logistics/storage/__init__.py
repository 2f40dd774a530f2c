"""How rows are kept, whatever they say: ids, triggers, set-based writes, encrypted fields. Knows no subject."""
