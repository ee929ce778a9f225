"""The operations, a file per noun. A function is found by its name; nothing else lists it."""
