"""Where a child is to be educated: settings, whom a family asks for, whom we consult, what is named, who goes where."""
