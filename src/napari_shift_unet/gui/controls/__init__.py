"""Small widgets that every dock is made of."""
