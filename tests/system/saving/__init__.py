"""People save workbooks while the service replaces them."""
