//! What the slash commands do, over the ports: each service is a few functions from a request to an outcome type.
