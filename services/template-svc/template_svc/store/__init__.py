"""The only room that speaks SQL. Functions take the caller's transaction; what they change is published and logged."""

from servicekit.db import load_queries

QUERIES = load_queries("template_svc")
