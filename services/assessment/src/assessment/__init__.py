"""EHC needs assessments: from request to decision on a plan (Children and Families Act 2014, ss.36 and 37)."""
