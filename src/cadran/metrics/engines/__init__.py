"""Engines: places that hold fact tables and answer SELECTs."""
