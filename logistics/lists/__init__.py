"""The way onto a distribution list: application, review, public notice, approval, and who comes first."""
