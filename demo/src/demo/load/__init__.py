"""A synthetic authority: invented children whose cases follow a real authority's published figures.

calibration  the published figures of one authority, as shares
people       names and numbers that cannot be a child's
terms        school terms and school days
step diary   what is done, when and by whom; ids are worked out, so that nothing has to be asked twice
stories/     how a case goes: request, plan, review, AP …
authority    the whole: settings, providers and as many cases as are asked for
replay       does it all over HTTP, in the order of history
"""
