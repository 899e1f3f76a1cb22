"""What stands around the application: preparing the environment, running it on one machine, testing it.

Only the standard library is used here, because these modules run before anything is installed.
"""
