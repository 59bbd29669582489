"""EHC plans: what they say, how they come about, how they are kept right, and how they end (Children and Families Act 2014, ss.37 to 50)."""
