//! search-core
