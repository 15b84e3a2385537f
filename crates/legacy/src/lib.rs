//! Checking old credentials where they live.
