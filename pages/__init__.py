"""One file a page, named as in the menu; parts/ what pages share; wiring.py the Desk."""
