"""Lanes on a Ray cluster: what travels (`parcels`), what runs on a node (`node`), and the side that hands out the work (`ray_lanes`).

Only `connecting` and `ray_lanes` import Ray, and only when a batch asks for a cluster.
"""
