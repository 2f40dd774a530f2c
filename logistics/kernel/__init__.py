"""Pure rules: values in, values out. No Django, no input or output, no clock, no randomness of their own."""
