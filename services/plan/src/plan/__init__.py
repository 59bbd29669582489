"""EHC plans: what they say, how they come about, are kept right, and end (Children and Families Act 2014)."""
