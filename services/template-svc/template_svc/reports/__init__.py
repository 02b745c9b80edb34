"""Reports as PDF: Typst templates, the process that sets them, and the press that runs such processes."""
