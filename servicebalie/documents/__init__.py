"""What readers of a report get as a file: each kind of document made from `servicebalie.core.report`."""
