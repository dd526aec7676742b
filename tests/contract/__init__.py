"""Tests generated from the OpenAPI document: a new route is covered without a line of test."""
