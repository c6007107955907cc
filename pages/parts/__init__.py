"""What pages share, and what stands between the browser and the pages."""
