"""What published numbers may be used for, in one place for all documents."""

ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
"""Creative Commons, naming the source (CC BY 4.0): what CBS and the State ask for their open data too."""
