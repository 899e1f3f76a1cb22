"""What the pages and the API share: transactions, identity of the sender, locale, problems, security."""
