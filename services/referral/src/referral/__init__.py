"""How a child comes to the authority's attention: persons, requests, SEN support, the SENCo register."""
