"""What leaves the house: charts, reports, exports. Reads, never writes."""
