"""The course as a site: a book made from the released notebooks, to work in without installing anything."""
