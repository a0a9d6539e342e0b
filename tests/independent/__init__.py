"""The KPIs computed a second time, in plain Python over records, and held against the engine's numbers."""
