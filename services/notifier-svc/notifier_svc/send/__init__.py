"""The sender: claims what is due, asks again, has it rendered, hands it over, and writes down how it ended."""
