"""What people may do about networks, sign-ins, memberships and roles."""
