//! HTTP: pages, API, gateway.
