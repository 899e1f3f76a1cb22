"""The sizes by which published numbers are judged before they are told."""

COMMON_FROM = 30
"""A category with a lower perturbed yearly total is rare."""

SMALL_GROUP_BELOW = 30
"""A group with a lower perturbed count is small."""
