"""Results that fit no memory as layers: read from the disk, and while they are being written."""
