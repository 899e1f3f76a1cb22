"""The documents of a report: one model in the words of a language, and a file for each kind of document."""
