"""Take copies of the database while it works, and bring it back as of any instant since."""

from launch.backup.following import follow
from launch.backup.packing import pack, packing
from launch.backup.restoring import restore
from launch.backup.store import Base, Store
from launch.backup.taking import prune, take

__all__ = ["Base", "Store", "follow", "pack", "packing", "prune", "restore", "take"]
