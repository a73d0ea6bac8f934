"""What people may read of networks, members, roles and the audit trail."""
