"""Objects of two labels layers: both outlined, by kind in colours, in a table and in numbers."""
