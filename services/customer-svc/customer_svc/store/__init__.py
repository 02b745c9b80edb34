"""The only room that speaks SQL. Functions take the caller's transaction; what they change they also publish."""

from servicekit.db import load_queries

queries = load_queries("customer_svc")
