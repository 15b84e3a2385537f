//! Every sentence a person reads, from Fluent files.
