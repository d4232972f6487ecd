"""The pages about services: what can be asked for, requests, and what stands at a platform."""
