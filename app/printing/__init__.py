"""Pages of PDF files: letters of two scripts, columns, rows that run over to the next page.

Knows no session and no domain: whoever prints says what stands where.
"""
