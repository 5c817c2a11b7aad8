"""Order statistics and places on shared codes, the two largest of shared amounts.  Nothing is opened in here."""
